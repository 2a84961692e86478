// Every view in both themes: axe finds nothing serious, and a screenshot is kept under tests/artefacts.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { ARTEFACTS, launch, openPage, RUN_PATIENCE, Server } from "./harness.mjs";

const server = new Server();
/** A small study, for views that need a run of all of it. */
const small = new Server("own-network");
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
let browser;

/** A view, its address, what is on it when it has come to rest, and the server where it is the small one. */
const VIEWS = [
  ["map", "/map", "main table tbody tr"],
  ["map-row", "/map?sel=node:GEPTI&colour=territory&commodity=all&at=46/41.5/5.2", ".inspector dl"],
  ["map-difference", "/map?scenario=suez_closed&compare=difference&at=62/28/2.1", "main table tbody tr"],
  ["map-beside", "/map?scenario=georgia_closes&compare=side", "main table tbody tr"],
  ["ask", "/ask?from=CNSHG&to=NLRTM&close=passage:suez", "[data-routes]"],
  ["ask-openings", "/ask?from=AMEVN&to=TRKSY&avoid=territory:GEO,territory:IRN&why=territory:TUR", "[data-why] li"],
  ["what-if", `/what-if?compare=suez_closed,georgia_closes&changes=${encodeURIComponent('[{"do":"close","territory":"GEO"}]')}`, "[data-loss]"],
  ["holds", "/holds?commodity=crude&lever=territory&by=RUS&of=KAZ", "[data-pair] canvas"],
  ["holds-power", "/holds?tab=power", "main table tbody tr"],
  ["stress", "/stress?failure=territory%20GEO", "[data-failures] tbody tr"],
  ["stress-chance", "/stress?tab=chance", "main table tbody tr"],
  ["stress-mend", "/stress?tab=repair&mend=passage:suez=60,passage:babalmandab=30", "[data-plan]"],
  ["holds-newcomer", "/holds?tab=newcomer&by=RUS&of=SRB&commodity=gas&new=modest_gas_supplier", "[data-sizes]"],
  ["stress-calm", "/stress?tab=risk", "main .note", small],
  ["evidence-observed", "/evidence?tab=observed&years=all", "main table tbody tr", small],
  ["evidence-weak", "/evidence?tab=weak", "main table tbody tr", small],
  ["watch-told", "/watch?from=2021-06-30&actor=ARM&told=1", "[data-watched=exposures]"],
  ["evidence-rules", "/evidence?tab=rules", "main table tbody tr"],
  ["watch", "/watch?from=2021-06-30&actor=KAZ&gate=passage:suez&commodity=crude&topic=rules,routes", "main .chip"],
];

before(async () => {
  await server.start();
  await small.start();
  browser = await launch();
});

after(async () => {
  await browser?.close();
  await server.end();
  await small.end();
});

for (const theme of ["light", "dark"]) {
  for (const [name, path, rests, asked = server] of VIEWS) {
    test(`axe_finds_nothing_serious_on_${name}_${theme}`, async () => {
      const { page, visit, finish } = await openPage(browser, asked, { theme });
      await visit(path);
      await page.locator(rests).first().waitFor({ timeout: RUN_PATIENCE });
      await page.waitForFunction(() => document.querySelector("[data-ready]")?.dataset.drawn !== undefined);
      await page.waitForTimeout(300);
      await page.screenshot({ path: join(ARTEFACTS, `${name}-${theme}.png`) });
      await page.evaluate(axe);
      const found = await page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
      const serious = found.violations.filter((violation) => ["serious", "critical"].includes(violation.impact));
      assert.deepEqual(
        serious.map((violation) => `${violation.id}: ${violation.nodes.map((node) => node.target.join(" ")).slice(0, 3).join("; ")}`),
        [],
      );
      await finish();
    });
  }
}

test("the_printed_page_has_figures_and_the_map_without_buttons", async () => {
  const { page, visit, finish } = await openPage(browser, server);
  await visit("/ask?from=AZBAK&to=GEPTI");
  await page.locator("[data-routes]").waitFor();
  await page.emulateMedia({ media: "print" });
  assert.equal(await page.locator("nav").isVisible(), false);
  assert.equal(await page.locator("[data-routes]").isVisible(), true);
  assert.equal(await page.locator("[data-ready]").isVisible(), true);
  await page.screenshot({ path: join(ARTEFACTS, "print.png"), fullPage: true });
  await finish();
});
