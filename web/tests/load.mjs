// Times the server as clients see it: every single closure as a what-if, and 200 clients while a run is at work.
import http from "node:http";
import { Server } from "./harness.mjs";

const CLIENTS = 200;
const LINKS_MAX = 120;
const server = new Server();
const agent = new http.Agent({ keepAlive: true, maxSockets: CLIENTS });

/** The time of a request in milliseconds, its answer read but not made sense of; none where it was refused. */
function timed(path, body) {
  const start = performance.now();
  const text = body === undefined ? undefined : JSON.stringify(body);
  const headers = text === undefined ? {} : { "content-type": "application/json", "content-length": Buffer.byteLength(text) };
  return new Promise((resolve) => {
    const request = http.request(`${server.address}/api${path}`, { agent, headers, method: text === undefined ? "GET" : "POST" }, (answer) => {
      answer.resume();
      answer.on("end", () => resolve(answer.statusCode === 200 ? performance.now() - start : null));
    });
    request.on("error", () => resolve(null));
    request.end(text);
  });
}

function quantile(times, share) {
  const sorted = [...times].sort((one, other) => one - other);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
}

function report(name, all) {
  const times = all.filter((time) => time !== null);
  const shown = [0.5, 0.95, 0.99, 1].map((share) => `${Math.round(quantile(times, share))} ms`);
  console.log(`${name}: ${times.length} answers, ${all.length - times.length} errors; median, 95th, 99th, longest ${shown.join(", ")}`);
}

async function closures() {
  const [network, flows] = [await server.ask("/network"), await server.ask("/flows")];
  const distinct = (keys) => [...new Set(keys)].filter(Boolean);
  const kinds = {
    passage: network.passages.map((row) => row.key),
    territory: distinct(network.links.map((row) => row.territory)),
    operator: distinct(network.links.map((row) => row.operator)),
    crossing: network.crossings.map((row) => row.key),
    link: distinct(flows.links.filter((row) => row.volume > 0).map((row) => row.link)).slice(0, LINKS_MAX),
  };
  for (const [kind, keys] of Object.entries(kinds)) {
    const times = [];
    for (const key of keys) times.push(await timed("/what-if", { changes: [{ do: "close", [kind]: key }] }));
    report(`close each ${kind}`, times);
  }
}

async function crowd(name, pairs) {
  const run = await server.ask("/runs", { kind: "stress_pairs", pairs });
  await new Promise((resolve) => setTimeout(resolve, 1500));
  const client = async (_, number) => {
    const change = { do: "derate", passage: "suez", factor: 0.3 + 0.01 * (number % 20) };
    const questions = [["/study"], ["/network"], ["/tables/link?limit=50"], ["/row/node/GEPTI"], ["/flows"], ["/what-if", { changes: [change] }]];
    const times = [];
    for (const [path, body] of questions) times.push(await timed(path, body));
    return times;
  };
  const times = await Promise.all(Array.from({ length: CLIENTS }, client));
  const { state } = await server.ask(`/runs/${run.id}`);
  report(`${CLIENTS} clients, ${name}, the run then ${state}`, times.flat());
  await fetch(`${server.address}/api/runs/${run.id}`, { method: "DELETE" });
}

await server.start();
try {
  await closures();
  await crowd("first", ["territory", "operator", "crossing"]);
  await crowd("again", ["territory", "operator", "crossing", "passage"]);
} finally {
  agent.destroy();
  await server.end();
}
