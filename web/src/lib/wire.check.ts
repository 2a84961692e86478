// Nothing runs here: the build fails when an answer of the server no longer has the shape that the pages read.
import type { ConsentAnswer, ExplainAnswer, RouteAnswer, WhatIfAnswer } from "./answers.ts";
import type { ClaimsAnswer, RunAnswer, TableAnswer } from "./evidence.ts";
import type { BrokerAnswer, DependAnswer, PowerAnswer, RefuseAnswer } from "./losses.ts";
import type { NewcomerAnswer, RepairAnswer, RiskAnswer } from "./remedies.ts";
import type { RunRow } from "./run.svelte.ts";
import type { ChanceAnswer, EachAnswer, PairsAnswer, WorstAnswer } from "./stress.ts";
import type { Flows, Network, RowReport, SavedScenario, StudyHead } from "./types.ts";
import type { WatchAnswer } from "./watch.ts";
import type { components } from "./wire.gen.ts";

/** A member that may be null is always sent: the document only says that it may be left out. */
type Whole<T> = T extends (infer Row)[] ? Whole<Row>[] : T extends object ? { [Name in keyof T]-?: Whole<Exclude<T[Name], undefined>> } : T;
type Schemas = components["schemas"];
type Wire = { [Name in keyof Schemas]: Whole<Schemas[Name]> };
/** What the server sends is all that a page reads. */
type Fits<Sent extends Read, Read> = Sent;

export type Checked = [
  Fits<Wire["StudyReport"], StudyHead>,
  Fits<Wire["NetworkReport"], Pick<Network, "actors" | "nodes" | "passages" | "crossings" | "commodities" | "vehicles">>,
  Fits<Omit<Wire["LinkRow"], "geometry">, Omit<Network["links"][number], "geometry">>,
  Fits<Wire["FlowsReport"], Flows>,
  Fits<Wire["RowReport"]["rules"], RowReport["rules"]>,
  Fits<Wire["RowReport"]["sources"], RowReport["sources"]>,
  Fits<Omit<Wire["TableReport"], "rows">, Omit<TableAnswer, "rows">>,
  Fits<Omit<Wire["SavedScenario"], "scenario">, Omit<SavedScenario, "scenario">>,
  Fits<Wire["WhatIfReport"], WhatIfAnswer>,
  Fits<Wire["RouteReport"], RouteAnswer>,
  Fits<Wire["ExplainReport"], ExplainAnswer>,
  Fits<Wire["ConsentReport"], ConsentAnswer>,
  Fits<Wire["RunReportRow"], RunRow>,
  Fits<Wire["DependReport"], DependAnswer>,
  Fits<Wire["RefuseReport"], RefuseAnswer>,
  Fits<Omit<Wire["BrokerReport"], "pairs_apart">, Omit<BrokerAnswer, "pairs_apart">>,
  Fits<Omit<Wire["PowerReport"], "players">, Omit<PowerAnswer, "players">>,
  Fits<Wire["EachReport"], EachAnswer>,
  Fits<Omit<Wire["PairsReport"], "pairs">, Omit<PairsAnswer, "pairs">>,
  Fits<Wire["WorstReport"], WorstAnswer>,
  Fits<Wire["ForecastReport"], ChanceAnswer>,
  Fits<Wire["RiskReport"], RiskAnswer>,
  Fits<Wire["RepairReport"], RepairAnswer>,
  Fits<Wire["NewcomerReport"], NewcomerAnswer>,
  Fits<Wire["ClaimsReport"], ClaimsAnswer>,
  Fits<Wire["WatchReport"], WatchAnswer>,
  Fits<Pick<Wire["RunReport"], "weak" | "confidence">, Pick<RunAnswer, "weak" | "confidence">>,
];
