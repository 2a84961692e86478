// Flows as widths and colours: the painting of the map view.
import { colourByRank, KINDS, KINDS_ON_DARK, LESS, LESS_ON_DARK, modeColours, MORE, MORE_ON_DARK, OTHER, ramp, VIRIDIS_ON_DARK, VIRIDIS_ON_LIGHT } from "../lib/colours.ts";
import { percent, short, signed, words } from "../lib/format.ts";
import type { Flows, Link, LinkFlow } from "../lib/types.ts";
import { NOTHING, type LegendEntry, type LegendPart, type LineStyle, type Painting } from "./painting.ts";

export const COLOURS = ["mode", "commodity", "territory", "operator", "utilisation", "shadow_price", "change"] as const;
export type Colouring = (typeof COLOURS)[number];

export const COLOUR_NAMES: Record<Colouring, string> = {
  mode: "Mode",
  commodity: "Commodity",
  territory: "Territory",
  operator: "Operator",
  utilisation: "Use of capacity",
  shadow_price: "Shadow price",
  change: "Change against base",
};

export interface Wish {
  /** A commodity's key; empty for all, by share. */
  commodity: string;
  colouring: Colouring;
  dark: boolean;
}

export interface Names {
  actor: (key: string) => string;
  commodity: (key: string) => string;
  unit: (commodity: string) => string;
  currency: string;
}

const WIDEST = 10;
const THINNEST = 0.9;

interface Load {
  link: Link;
  /** Volume in the commodity's unit, or the sum of shares of each commodity's largest link flow. */
  amount: number;
  flows: LinkFlow[];
  /** Share of its capacity in use, where one is stated. */
  use: number | null;
  /** What one more unit through it would save. */
  price: number;
}

function loadsOf(flows: Flows, links: Map<string, Link>, commodity: string): Load[] {
  const largest = largestByCommodity(flows);
  const uses = new Map(flows.loads.map((fill) => [fill.element, fill.ratio]));
  const prices = new Map(flows.bottlenecks.flatMap((row) => row.limits.map((limit): [string, number] => [limit, row.shadow_price])));
  const byLink = new Map<string, Load>();
  for (const flow of flows.links) {
    const link = links.get(flow.link);
    if (!link || (commodity && flow.commodity !== commodity) || flow.volume === 0) continue;
    const load = byLink.get(flow.link) ?? { link, amount: 0, flows: [], use: uses.get(`link ${flow.link}`) ?? null, price: prices.get(`link ${flow.link}`) ?? 0 };
    load.flows.push(flow);
    load.amount += commodity ? flow.volume : flow.volume / (largest.get(flow.commodity) ?? 1);
    byLink.set(flow.link, load);
  }
  return [...byLink.values()];
}

function largestByCommodity(flows: Flows): Map<string, number> {
  const largest = new Map<string, number>();
  for (const flow of flows.links) largest.set(flow.commodity, Math.max(largest.get(flow.commodity) ?? 0, flow.volume));
  return largest;
}

/** Width grows with the root of the volume, so that small flows stay visible. */
export function widthOf(amount: number, most: number): number {
  return most > 0 ? Math.max(THINNEST, WIDEST * Math.sqrt(amount / most)) : THINNEST;
}

function told(load: Load, names: Names): string {
  const rows = [...load.flows].sort((a, b) => b.volume - a.volume).slice(0, 5);
  const lines = rows.map((flow) => `${names.commodity(flow.commodity)}: ${short(flow.volume)} ${names.unit(flow.commodity)}/yr`);
  if (load.use !== null) lines.push(`${percent(load.use)} of its capacity`);
  if (load.price > 0) lines.push(`one more unit would save ${short(load.price)} ${names.currency}`);
  return lines.join("\n");
}

function widthLegend(most: number, wish: Wish, names: Names): LegendPart {
  const steps = [1, 0.25, 0.05].map((share) => share * most);
  const name = (amount: number) => (wish.commodity ? short(amount) : percent(amount));
  return {
    title: wish.commodity ? names.commodity(wish.commodity) : "Shares of each commodity's largest flow, summed",
    unit: wish.commodity ? `${names.unit(wish.commodity)}/yr` : "%",
    kind: "lines",
    entries: steps.map((amount) => ({ label: name(amount), width: widthOf(amount, most), colour: OTHER })),
  };
}

type Paint = { colour: (load: Load) => string; legend: LegendPart };

function byKind(loads: Load[], key: (load: Load) => string, name: (key: string) => string, [title, dark]: [string, boolean], fixed?: Record<string, string>): Paint {
  const totals = new Map<string, number>();
  for (const load of loads) totals.set(key(load), (totals.get(key(load)) ?? 0) + load.amount * Math.max(1, load.link.length_km));
  const colours = fixed ? new Map(Object.entries(fixed).filter(([kind]) => totals.has(kind))) : colourByRank(totals, dark);
  const entries: LegendEntry[] = [...colours].map(([kind, colour]) => ({ label: name(kind), colour }));
  if ([...totals.keys()].some((kind) => !colours.has(kind))) entries.push({ label: fixed ? "other" : "others, or none named", colour: OTHER });
  return { colour: (load) => colours.get(key(load)) ?? OTHER, legend: { title, unit: "", kind: "swatches", entries } };
}

function main(load: Load): string {
  const most = load.flows.reduce((a, b) => (b.volume > a.volume ? b : a));
  return most.commodity;
}

function byUse(dark: boolean): Paint {
  const colours = dark ? VIRIDIS_ON_DARK : VIRIDIS_ON_LIGHT;
  const steps = [0.2, 0.4, 0.6, 0.8, 0.95];
  const at = (value: number) => steps.filter((step) => value >= step).length / (steps.length + 0.01);
  const names = ["<20", "20–40", "40–60", "60–80", "80–95", "≥95"];
  const entries = names.map((label, rank) => ({ label, colour: ramp(colours, rank / names.length) }));
  return {
    colour: (load) => (load.use === null ? OTHER : ramp(colours, at(load.use))),
    legend: { title: "Use of capacity (grey: no limit given)", unit: "%", kind: "ramp", entries },
  };
}

function byPrice(loads: Load[], wish: Wish, names: Names): Paint {
  const colours = wish.dark ? VIRIDIS_ON_DARK : VIRIDIS_ON_LIGHT;
  const price = (load: Load) => load.price;
  const sorted = loads.map(price).filter((value) => value > 0).sort((a, b) => a - b);
  const bounds = [0.25, 0.5, 0.75].map((share) => sorted[Math.floor(share * sorted.length)] ?? 0);
  const at = (value: number) => bounds.filter((bound) => value > bound).length / 3.01;
  const labels = sorted.length === 0 ? [] : [`≤${short(bounds[0]!)}`, `≤${short(bounds[1]!)}`, `≤${short(bounds[2]!)}`, `≤${short(sorted.at(-1)!)}`];
  const unit = wish.commodity ? `${names.currency}/${names.unit(wish.commodity)}` : `${names.currency}/unit`;
  return {
    colour: (load) => (price(load) > 0 ? ramp(colours, at(price(load))) : OTHER),
    legend: {
      title: sorted.length === 0 ? "No capacity on these links is scarce" : "Shadow price (grey: nothing scarce)",
      unit,
      kind: "ramp",
      entries: labels.map((label, rank) => ({ label, colour: ramp(colours, rank / 4) })),
    },
  };
}

/** The painting of all flows. */
export function paintFlows(flows: Flows, base: Flows, links: Map<string, Link>, wish: Wish, names: Names): Painting {
  if (wish.colouring === "change") return paintChange(flows, base, links, wish, names);
  const loads = loadsOf(flows, links, wish.commodity);
  const most = Math.max(0, ...loads.map((load) => load.amount));
  const paints: Record<Exclude<Colouring, "change">, () => Paint> = {
    mode: () => byKind(loads, (load) => load.link.mode, words, ["Mode", wish.dark], modeColours(wish.dark)),
    commodity: () => byKind(loads, main, names.commodity, ["Commodity (the largest on the link)", wish.dark]),
    territory: () => byKind(loads, (load) => load.link.territory, names.actor, ["Territory", wish.dark]),
    operator: () => byKind(loads, (load) => load.link.operator, names.actor, ["Operator", wish.dark]),
    utilisation: () => byUse(wish.dark),
    shadow_price: () => byPrice(loads, wish, names),
  };
  const paint = paints[wish.colouring]();
  const lines = new Map(loads.map((load): [string, LineStyle] => [load.link.key, { width: widthOf(load.amount, most), colour: paint.colour(load), told: told(load, names) }]));
  return { ...NOTHING, lines, legend: [widthLegend(most, wish, names), paint.legend, statusLegend(wish.dark)] };
}

export interface LinkChange {
  link: string;
  /** Named where links show different ones. */
  commodity?: string;
  before: number;
  after: number;
}

/** The largest of 1, 2 and 5 times a power of ten that is not above a number: the end of a scale that people can read. */
function roundBelow(value: number): number {
  if (value <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(value) + 1e-9);
  return ([5, 2].find((step) => step * power <= value * (1 + 1e-9)) ?? 1) * power;
}

/** Differences on links as widths, in orange where less flows and in violet where more does. */
export function paintChanges(changes: LinkChange[], [unit, title]: [string, string], dark: boolean, nameOf?: (commodity: string) => string): Painting {
  const most = Math.max(0, ...changes.map((change) => Math.abs(change.after - change.before)));
  const top = roundBelow(most);
  const [less, more] = dark ? [LESS_ON_DARK, MORE_ON_DARK] : [LESS, MORE];
  const shade = (change: number) => {
    const scale = change < 0 ? [...less].reverse() : more;
    return ramp(scale, Math.min(0.999, Math.abs(change) / top));
  };
  const name = (value: number) => (unit === "%" ? percent(value) : short(value));
  const signedName = (value: number) => (unit === "%" ? `${value > 0 ? "+" : ""}${percent(value)}` : signed(value));
  const lines = new Map(
    changes
      .filter((change) => Math.abs(change.after - change.before) > most * 1e-4)
      .map((change): [string, LineStyle] => {
        const by = change.after - change.before;
        return [change.link, { width: widthOf(Math.min(Math.abs(by), top), top), colour: shade(by), told: `${nameOf && change.commodity ? `${nameOf(change.commodity)}: ` : ""}${name(change.before)} → ${name(change.after)} (${signedName(by)}${unit === "%" ? "" : ` ${unit}`})` }];
      }),
  );
  const entries = most === 0 ? [] : [-1, -0.25, 0.25, 1].map((share) => ({ label: `${signedName(share * top)}${Math.abs(share) === 1 && most > top ? " and beyond" : ""}`, width: widthOf(Math.abs(share) * top, top), colour: shade(share * top) }));
  const legend: LegendPart = { title: most === 0 ? "No link carries more or less" : title, unit, kind: "lines", entries };
  return { ...NOTHING, lines, legend: [legend, statusLegend(dark)] };
}

/** For each link the commodity whose flow changes most, measured by its busiest link in the base. */
export function largestChanges(rows: (LinkChange & { commodity: string })[], base: Flows): LinkChange[] {
  const busiest = largestByCommodity(base);
  const found = new Map<string, LinkChange>();
  for (const { link, commodity, before, after } of rows) {
    const scale = busiest.get(commodity) || Math.max(before, after) || 1;
    const known = found.get(link);
    if (!known || Math.abs(after - before) / scale > Math.abs(known.after - known.before)) found.set(link, { link, before: before / scale, after: after / scale, commodity });
  }
  return [...found.values()];
}

export const LARGEST_CHANGE = "Largest change of a commodity, of its busiest link";

function paintChange(flows: Flows, base: Flows, links: Map<string, Link>, wish: Wish, names: Names): Painting {
  const changes = new Map<string, LinkChange & { commodity: string }>();
  const add = (set: Flows, side: "before" | "after") => {
    for (const flow of set.links) {
      if (!links.has(flow.link) || (wish.commodity && flow.commodity !== wish.commodity)) continue;
      const key = `${flow.link} ${flow.commodity}`;
      const change = changes.get(key) ?? { link: flow.link, commodity: flow.commodity, before: 0, after: 0 };
      change[side] += flow.volume;
      changes.set(key, change);
    }
  };
  add(base, "before");
  add(flows, "after");
  const rows = [...changes.values()];
  if (!wish.commodity) return paintChanges(largestChanges(rows, base), ["%", LARGEST_CHANGE], wish.dark, names.commodity);
  return paintChanges(rows, [`${names.unit(wish.commodity)}/yr`, `${names.commodity(wish.commodity)}, against base`], wish.dark);
}

export function statusLegend(dark: boolean): LegendPart {
  return {
    title: "Links that carry nothing",
    unit: "",
    kind: "lines",
    entries: [
      { label: "open, not used", colour: dark ? "#505c66" : "#aab1b8", width: 1 },
      { label: "closed", colour: dark ? "#ff8a80" : "#b3261e", dash: "closed" },
      { label: "planned", colour: dark ? "#93a1ad" : "#5b6770", dash: "planned" },
      { label: "disputed border", colour: dark ? "#d08c60" : "#a0522d", dash: "disputed" },
    ],
  };
}

export function routeColour(rank: number, dark: boolean): string {
  return (dark ? KINDS_ON_DARK : KINDS)[rank] ?? OTHER;
}
