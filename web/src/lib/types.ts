// Shapes of the server's answers that the views share.

export interface StudyHead {
  name: string;
  title: string;
  question: string;
  as_of: string;
  currency: string;
  price_year: number;
  writable: boolean;
  counts: Record<string, number>;
  watch_lists: WatchList[];
  /** Other versions of the study that the server was started with. */
  versions: { name: string; title: string; as_of: string }[];
  warnings: number;
  version: string;
}

/** What somebody watches; an empty list of one kind watches all of it. */
export interface WatchList {
  key: string;
  title: string;
  actors: string[];
  gates: string[];
  commodities: string[];
  topics: string[];
}

export interface Actor {
  key: string;
  name: string;
  kind: string;
  nationality: string;
}

export interface Place {
  key: string;
  name: string;
  kind: string;
  lon: number;
  lat: number;
  territory: string;
  operators: string[];
  status: string;
}

export type Position = [number, number];

export interface Denial {
  rule: string;
  actor: string;
  lever: string;
  shipments: string;
}

export interface Link {
  key: string;
  name: string;
  mode: string;
  from: string;
  to: string;
  territory: string;
  operator: string;
  corridor: string;
  passage: string;
  status: string;
  open: boolean;
  closed_to: Denial[];
  capacity: number | null;
  capacity_unit: string;
  confidence: string;
  geometry: Position[];
  length_km: number;
}

export interface Passage {
  key: string;
  name: string;
  territory: string;
  operator: string;
  status: string;
  links: string[];
}

export interface Crossing {
  key: string;
  name: string;
  node: string;
  mode: string;
  sides: { territory: string; operator: string; status: string }[];
}

export interface Commodity {
  key: string;
  name: string;
  unit: string;
  layer: string;
  modes: string[];
}

export interface Named {
  key: string;
  name: string;
}

export interface Network {
  actors: Actor[];
  nodes: Place[];
  links: Link[];
  passages: Passage[];
  crossings: Crossing[];
  commodities: Commodity[];
  vehicles: Named[];
}

export interface StateHead {
  cost: number;
  currency: string;
  price_year: number;
  served: Record<string, number>;
  unserved: Record<string, number>;
  units: Record<string, string>;
}

export interface LinkFlow {
  link: string;
  commodity: string;
  volume: number;
  forward: number;
  backward: number;
}

/** How full something limited is: `link suez_canal`. */
export interface Fill {
  element: string;
  volume: number;
  background: number;
  capacity: number;
  ratio: number | null;
  unit: string;
}

export interface Bottleneck {
  limits: string[];
  shadow_price: number;
  unit: string;
  capacity: number;
}

export interface GateFlow {
  kind: string;
  gate: string;
  commodity: string;
  volume: number;
}

export interface Flows {
  head: StateHead;
  links: LinkFlow[];
  loads: Fill[];
  bottlenecks: Bottleneck[];
  gates: GateFlow[];
}

export type Change = Record<string, string | number | boolean>;

export interface ScenarioFile {
  title: string;
  question?: string;
  source?: string;
  from?: string | null;
  until?: string | null;
  days?: number | null;
  change: Change[];
}

export interface SavedScenario {
  name: string;
  hash: string;
  built_in: boolean;
  scenario: ScenarioFile;
}

export interface Rule {
  key: string;
  actor: string;
  lever: string;
  effect: string;
  value: number | null;
  gate: string;
  shipment: string;
  valid_from: string;
  valid_until: string;
  sources: string[];
  confidence: string;
  note: string;
}

export interface RowReport {
  kind: string;
  key: string;
  table: string;
  as_of: string;
  rows: { file: string; line: number; holds: boolean; fields: Record<string, string | number | boolean> }[];
  open: [number, number] | null;
  rules: Rule[];
  sources: { key: string; title: string; url: string; year: number | null; licence: string }[];
}

/** A row of the study that can be chosen: `link:suez`. */
export interface Subject {
  kind: string;
  key: string;
}
