// What the workbench promises, done in a real browser against a real server, its figures held against the interface's.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { drawn, launch, openPage, pick, RUN_PATIENCE, Server } from "./harness.mjs";

const server = new Server();
let browser;

before(async () => {
  await server.start();
  browser = await launch();
});

after(async () => {
  await browser?.close();
  await server.end();
});

/** Runs a test on a page of its own that must end without a fault. */
function onPage(name, work) {
  test(name, async () => {
    const opened = await openPage(browser, server);
    await work(opened);
    await opened.finish();
  });
}

onPage("the_map_draws_flows_and_a_click_tells_whose_row_it_is", async ({ page, visit }) => {
  await visit("/map?at=41.65/42.15/7");
  await drawn(page, "links");
  const flows = await server.ask("/flows");
  assert.ok(flows.links.length > 100);
  const box = await page.locator("[data-ready]").boundingBox();
  await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
  const card = page.getByRole("complementary", { name: "Chosen row" });
  await card.getByRole("heading", { name: "Poti", exact: true }).waitFor();
  const row = await server.ask("/row/node/GEPTI");
  await card.getByText(row.sources[0].title).last().waitFor();
  assert.match(page.url(), /sel=node:GEPTI/);
});

onPage("a_route_is_found_and_drawn_at_the_cost_that_the_interface_tells", async ({ page, visit }) => {
  await visit("/ask");
  await pick(page, "From", "Baku");
  await pick(page, "To", "Poti");
  const table = page.locator("[data-routes]");
  await table.waitFor();
  await drawn(page, "routes");
  const answer = await server.ask("/routes", { from: "AZBAK", to: "GEPTI", k: 4 });
  const rows = await table.locator("tbody tr").count();
  assert.equal(rows, answer.routes.length);
  const shown = await table.locator("tbody tr").first().locator("td.num").first().innerText();
  assert.equal(Number(shown.replace(",", "")), Math.round(answer.routes[0].cost.total));
});

onPage("why_not_names_the_openings_and_the_rules", async ({ page, visit }) => {
  await visit("/ask?from=AMEVN&to=TRKSY&avoid=territory:GEO,territory:IRN");
  await page.locator("[data-unreachable]").waitFor();
  const question = { from: "AMEVN", to: "TRKSY", avoid: ["territory:GEO", "territory:IRN"], k: 4 };
  const answer = await server.ask("/routes", question);
  assert.equal(answer.status, "unreachable");
  assert.equal(await page.locator("[data-openings] > li").count(), answer.openings.length);
  await pick(page, "A state, strait, crossing or link it might have passed", "Turkey");
  const reasons = page.locator("[data-why] ul > li");
  await reasons.first().waitFor();
  const explained = await server.ask("/explain", { from: "AMEVN", to: "TRKSY", at: "territory:TUR" });
  assert.equal(await reasons.count(), explained.reasons.length);
});

onPage("a_closure_from_a_click_changes_the_figure_to_what_the_interface_tells", async ({ page, visit }) => {
  await visit("/map?at=41.65/42.15/7");
  await drawn(page, "links");
  const box = await page.locator("[data-ready]").boundingBox();
  await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
  await page.getByRole("button", { name: "Close…" }).click();
  const figure = page.locator("[data-loss]");
  await figure.waitFor();
  const shown = Number(await figure.getAttribute("data-loss"));
  const answer = await server.ask("/what-if", { changes: [{ do: "close", terminal: "GEPTI" }] });
  assert.equal(shown, answer.change.loss);
  assert.ok(shown > 0);
  await drawn(page, "links");
});

onPage("a_cell_of_the_matrix_opens_its_curve", async ({ page, visit }) => {
  await visit("/holds?commodity=crude&lever=territory");
  const cell = page.locator("[data-matrix] td button[aria-label^='Russia over Kazakhstan']");
  await cell.waitFor({ timeout: RUN_PATIENCE });
  await cell.click();
  await page.locator("[data-pair] [data-curve] canvas").waitFor();
  const run = await server.ask("/runs", { kind: "depend" });
  const answer = await server.ask(`/runs/${run.id}/result`);
  const relation = answer.horizons[0].relations.find((row) => row.by === "RUS" && row.of === "KAZ" && row.commodity === "crude" && row.levers[0] === "territory");
  await page.locator("[data-pair] summary").first().click();
  assert.equal(await page.locator("[data-pair] details tbody tr").count(), relation.steps.length + 1);
  assert.match(page.url(), /by=RUS/);
});

onPage("a_watch_lists_the_rows_that_the_run_tells_and_says_when_there_are_none", async ({ page, visit }) => {
  const question = { from: "2021-06-30", to: "2024-12-31", actor: ["KAZ"], topic: ["rules"] };
  await visit(`/watch?from=${question.from}&to=${question.to}&topic=rules`);
  await pick(page, "Actors", "Kazakhstan");
  await page.getByRole("button", { name: "What changed?" }).click();
  const rows = page.locator("[data-changed=rule] tbody tr");
  await rows.first().waitFor({ timeout: RUN_PATIENCE });
  const run = await server.ask("/runs", { kind: "watch", ...question });
  const answer = await server.ask(`/runs/${run.id}/result`);
  assert.ok(answer.rows.length > 0);
  assert.deepEqual(await rows.evaluateAll((found) => found.map((row) => row.dataset.row)), answer.rows.map((row) => row.key));
  const [first] = answer.rows;
  const text = await rows.first().innerText();
  for (const said of [first.words, first.turn, first.since, first.confidence, first.sources[0]]) assert.ok(text.includes(said), `${said} in ${text}`);
  assert.match(page.url(), /actor=KAZ.*told=1/);
  await visit("/watch?from=2024-12-30&to=2024-12-31&actor=KAZ&topic=rules&told=1");
  await page.locator("[data-nothing]").getByText("2024-12-30").waitFor({ timeout: RUN_PATIENCE });
});

onPage("a_watch_list_of_the_study_is_offered_by_name", async ({ page, visit }) => {
  const study = await server.ask("/study");
  const [list] = study.watch_lists;
  await visit("/watch?from=2024-12-30&to=2024-12-31&topic=rules");
  await page.getByLabel("Watch list of the study").selectOption({ label: list.title });
  await page.locator("[data-listed]").waitFor();
  assert.match(page.url(), new RegExp(`list=${list.key}`));
  await page.getByRole("button", { name: "What changed?" }).click();
  await page.locator("[data-nothing], [data-told]").first().waitFor({ timeout: RUN_PATIENCE });
});

/** The fictional study, whose railway carried a hundredth in the version that is the earlier side. */
async function withVersion(work) {
  const folder = mkdtempSync(join(tmpdir(), "thalweg-version-"));
  cpSync(fileURLToPath(new URL("../../studies/own-network", import.meta.url)), folder, { recursive: true });
  const links = join(folder, "link.csv");
  const rows = readFileSync(links, "utf8");
  assert.ok(rows.includes(",90000,TEU/yr,"));
  writeFileSync(links, rows.replace(",90000,TEU/yr,", ",900,TEU/yr,"));
  const versioned = new Server("own-network", "--against", `last_year=${folder}`);
  await versioned.start();
  try {
    await work(versioned);
  } finally {
    await versioned.end();
    rmSync(folder, { recursive: true, force: true });
  }
}

test("a_version_of_the_study_is_chosen_and_its_changes_are_those_of_the_interface", () =>
  withVersion(async (versioned) => {
    const { page, visit, finish } = await openPage(browser, versioned);
    await visit("/watch");
    await page.getByLabel("Compare with").selectOption({ label: "the version “last_year”" });
    await page.getByRole("button", { name: "What changed?" }).click();
    await page.locator("[data-watched=costs] tbody tr").first().waitFor({ timeout: RUN_PATIENCE });
    assert.match(page.url(), /against=last_year/);
    const run = await versioned.ask("/runs", { kind: "watch", against: "last_year", from: "2025-12-28", to: "2025-12-28" });
    const answer = await versioned.ask(`/runs/${run.id}/result`);
    const told = await page.locator("[data-changed=link] tbody tr").evaluateAll((found) => found.map((row) => row.dataset.row));
    assert.deepEqual(told, answer.rows.filter((row) => row.table === "link").map((row) => row.key));
    assert.match(await page.locator("[data-changed=link]").innerText(), /900 → 90.0 k TEU/);
    assert.equal(await page.locator("[data-watched=costs] tbody").count(), answer.costs.length);
    const href = await page.locator(".exports a", { hasText: "csv" }).getAttribute("href");
    assert.equal(href, `/api/runs/${run.id}/export/csv`);
    await finish();
  }));

onPage("a_newcomer_is_told_size_by_size_as_the_interface_tells_it", async ({ page, visit }) => {
  await visit("/holds?tab=newcomer&by=RUS&of=SRB&commodity=gas");
  await pick(page, "What is new", "modest");
  const rows = page.locator("[data-sizes] tbody tr");
  await rows.first().waitFor({ timeout: RUN_PATIENCE });
  const run = await server.ask("/runs", { kind: "newcomer", new: "modest_gas_supplier", by: "Russia", of: "Serbia", commodity: "gas" });
  const answer = await server.ask(`/runs/${run.id}/result`);
  assert.equal(run.state, "done");
  assert.equal(await rows.count(), answer.sizes.length);
  await page.locator("[data-curve] canvas").waitFor();
});

onPage("the_order_of_mending_is_that_of_the_interface", async ({ page, visit }) => {
  await visit("/stress?tab=repair&mend=passage:suez=60");
  await pick(page, "Broken", "Bab el-Mandeb");
  const steps = page.locator("[data-plan] tbody tr");
  await page.waitForFunction(() => document.querySelectorAll("[data-plan] tbody tr").length === 2, null, { timeout: RUN_PATIENCE });
  const run = await server.ask("/runs", { kind: "repair", mend: ["passage suez=60", "passage babalmandab=30"], horizon: 365 });
  const answer = await server.ask(`/runs/${run.id}/result`);
  const ends = await steps.evaluateAll((rows) => rows.map((row) => Number(row.cells[2].textContent)));
  assert.deepEqual(ends, answer.plan.steps.map((step) => step.ends_day));
});

test("a_saved_scenario_is_found_again_after_a_restart", async () => {
  const first = await openPage(browser, server);
  await first.visit(`/what-if?changes=${encodeURIComponent(JSON.stringify([{ do: "close", passage: "suez" }]))}`);
  const figure = first.page.locator("[data-loss]");
  await figure.waitFor();
  const loss = Number(await figure.getAttribute("data-loss"));
  await first.page.getByRole("button", { name: "Save as a scenario…" }).click();
  await first.page.getByLabel("Title of the scenario").fill("Suez shut by the browser");
  await first.page.getByRole("button", { name: "Save", exact: true }).click();
  await first.page.getByText("Saved as").waitFor();
  await first.finish();

  await server.restart();
  const saved = await server.ask("/scenarios/suez_shut_by_the_browser");
  assert.deepEqual(saved.scenario.change, [{ do: "close", passage: "suez" }]);
  const second = await openPage(browser, server);
  await second.visit("/what-if");
  await pick(second.page, "Add a scenario to the table", "Suez shut by the browser");
  await second.page.locator("[data-compare] tbody td.num").waitFor();
  const answer = await server.ask("/what-if", { scenario: "suez_shut_by_the_browser" });
  assert.equal(answer.change.loss, loss);
  await second.finish();
});

onPage("every_choice_of_a_view_stands_in_its_address", async ({ page, visit }) => {
  await visit("/map?commodity=crude&colour=operator");
  const values = await page.locator("main select").evaluateAll((fields) => fields.map((field) => field.value));
  assert.deepEqual(values, ["crude", "operator"]);
  await page.getByRole("link", { name: "Ask" }).click();
  await page.goBack();
  assert.match(page.url(), /\/map\?commodity=crude&colour=operator/);
});

onPage("the_keyboard_alone_finds_a_row", async ({ page, visit }) => {
  await visit("/map");
  await page.waitForFunction(() => document.querySelectorAll("main table tbody tr").length > 0);
  await page.keyboard.press("/");
  await page.keyboard.type("aktau");
  await page.keyboard.press("Enter");
  await page.getByRole("complementary", { name: "Chosen row" }).getByRole("heading", { name: "Aktau", exact: true }).waitFor();
  await page.keyboard.press("Escape");
  await page.keyboard.press("Escape");
  await page.getByRole("complementary", { name: "Chosen row" }).waitFor({ state: "detached" }).catch(() => assert.fail("Escape closes the card"));
});
