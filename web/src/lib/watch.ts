// Shapes of the result of a watch: what differs between two dates, before and after.
import type { LossesHead } from "./losses.ts";

/** What a watch tells of: rows of tables first, then what follows from them. */
export const TOPICS = ["rules", "statuses", "capacities", "charges", "holdings", "relations", "hazards", "observed", "demand", "supply", "routes", "costs", "exposure", "refusals"];

export type Cell = string | { value: number; low: number | null; high: number | null };

export interface ChangedRow {
  topic: string;
  table: string;
  key: string;
  name: string;
  turn: string;
  since: string;
  words: string;
  cells: { column: string; unit: string; before: Cell | null; after: Cell | null }[];
  sources: string[];
  confidence: string;
  note: string;
}

export interface Counted {
  key: string;
  period: string;
  volume: number;
  unit: string;
  counts: string;
  sources: string[];
  confidence: string;
}

export interface CountsChange {
  gate: string;
  commodity: string;
  before: Counted[];
  after: Counted[];
  times_min: number | null;
  times_max: number | null;
}

export interface Served {
  volume: number;
  unserved: number;
  price: number;
  way: { cost: number; days: number; territories: string[] } | null;
}

export interface RouteChange {
  demand: string;
  commodity: string;
  unit: string;
  origin: string;
  destination: string;
  before: Served | null;
  after: Served | null;
}

export interface Supplied {
  wanted: number;
  delivered: number;
  delivery_cost: number;
  unserved_cost: number;
  unit_cost: number | null;
}

export interface CostChange {
  beneficiary: string;
  commodity: string;
  unit: string;
  before: Supplied | null;
  after: Supplied | null;
}

export interface Touched {
  touching: number;
  demand: number;
  share: number;
  min: number | null;
  max: number | null;
}

export interface ExposureChange {
  beneficiary: string;
  actor: string;
  lever: string;
  commodity: string;
  unit: string;
  before: Touched | null;
  after: Touched | null;
}

export interface RefusalChange {
  beneficiary: string;
  actor: string;
  lever: string;
  commodity: string;
  before: number | null;
  after: number | null;
}

export interface WatchAnswer {
  before: LossesHead;
  after: LossesHead;
  caveats: string[];
  rows: ChangedRow[];
  observed: CountsChange[];
  routes: RouteChange[];
  costs: CostChange[];
  exposures: ExposureChange[];
  refusals: RefusalChange[];
}

/** The same day some years earlier; the last of February where that year has no 29th. */
export function yearsBefore(date: string, years: number): string {
  const [year = "", month = "", day = ""] = date.split("-");
  if (!year) return "";
  return `${String(Number(year) - years).padStart(4, "0")}-${month}-${month === "02" && day === "29" ? "28" : day}`;
}
