// Starts the server and Debian's Chromium, and counts what must not happen: console errors and requests to elsewhere.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

const HERE = dirname(fileURLToPath(import.meta.url));
export const ARTEFACTS = join(HERE, "artefacts");
const BINARY = process.env.THALWEG_BIN ?? join(HERE, "../../target/debug/thalweg");
const BROWSER = process.env.THALWEG_CHROMIUM ?? "/usr/bin/chromium";
const FLAGS = ["--no-sandbox", "--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--disable-background-networking", "--disable-quic", "--no-first-run", "--disable-component-update", "--disable-sync"];
/** What a page may take on a busy machine with two cores. */
const PATIENCE = 60_000;
/** What a run may take there. */
export const RUN_PATIENCE = 300_000;

mkdirSync(ARTEFACTS, { recursive: true });

/** A server on a free port, with a data folder that outlives it. */
export class Server {
  data = mkdtempSync(join(tmpdir(), "thalweg-web-"));
  address = "";
  #process = null;
  #study;

  /** The built-in study, unless another or further flags are given. */
  constructor(...study) {
    this.#study = study;
  }

  async start() {
    const started = spawn(BINARY, ["serve", ...this.#study, "--bind", "127.0.0.1:0", "--data", this.data, "--log", "off"], { stdio: ["ignore", "pipe", "inherit"] });
    this.#process = started;
    let told = "";
    this.address = await new Promise((resolve, reject) => {
      started.on("error", reject);
      started.on("exit", (code) => reject(new Error(`${BINARY} ended with ${code}: ${told}`)));
      started.stdout.on("data", (chunk) => {
        told += chunk;
        const found = /http:\/\/[\d.]+:\d+/.exec(told);
        if (found) resolve(found[0]);
      });
    });
  }

  async stop() {
    const ending = this.#process;
    if (!ending || ending.exitCode !== null) return;
    const ended = new Promise((resolve) => ending.once("exit", resolve));
    ending.kill("SIGTERM");
    await ended;
  }

  async restart() {
    await this.stop();
    await this.start();
  }

  async end() {
    await this.stop();
    rmSync(this.data, { recursive: true, force: true });
  }

  /** What a program gets from the interface. */
  async ask(path, body) {
    const request = body === undefined ? {} : { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
    const response = await fetch(`${this.address}/api${path}`, request);
    assert.ok(response.ok, `${path}: ${response.status} ${response.ok ? "" : await response.clone().text()}`);
    return response.json();
  }
}

export function launch() {
  return chromium.launch({ executablePath: BROWSER, headless: true, args: FLAGS });
}

/** A page that remembers what went wrong on it. */
export async function openPage(browser, server, { theme = "light", width = 1440, height = 900 } = {}) {
  const context = await browser.newContext({ viewport: { width, height }, colorScheme: theme, reducedMotion: "reduce" });
  const page = await context.newPage();
  const faults = [];
  page.on("console", (message) => {
    if (message.type() === "error") faults.push(`console: ${message.text()} (${message.location().url})`);
  });
  page.on("pageerror", (error) => faults.push(`page: ${error.stack ?? error}`));
  page.on("request", (request) => {
    const url = new URL(request.url());
    const own = url.origin === server.address || url.protocol === "data:" || url.protocol === "blob:";
    if (!own) faults.push(`request to elsewhere: ${url}`);
  });
  page.setDefaultTimeout(PATIENCE);
  const visit = async (path) => {
    await page.goto(server.address + path);
    await page.waitForSelector("[data-ready=true]");
  };
  const finish = async () => {
    await context.close();
    assert.deepEqual(faults, []);
  };
  return { page, visit, finish, faults };
}

/** Waits until the map has come to rest with lines of a kind on it. */
export async function drawn(page, kind) {
  await page.waitForFunction((wanted) => new RegExp(`${wanted} [1-9]`).test(document.querySelector("[data-ready]")?.dataset.drawn ?? ""), kind);
}

/** Chooses a row of a picker by typing, as a reader at the keyboard does. */
export async function pick(page, label, text) {
  const field = page.getByRole("combobox", { name: label, exact: true });
  await field.fill(text);
  await page.locator("[role=option]:not([aria-disabled])").first().waitFor();
  await field.press("Enter");
}
