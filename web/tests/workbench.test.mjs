// What the workbench promises, done in a real browser against a real server, its figures held against the interface's.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
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
