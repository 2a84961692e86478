// Changes of a what-if: the same keys as `[[change]]` in a scenario file.
import { percent, short } from "./format.ts";
import type { Change, Network, Subject } from "./types.ts";

export const DEEDS: Record<string, string> = {
  close: "Close",
  derate: "Derate",
  open: "Open",
  improve: "Improve",
  surcharge: "Surcharge",
  delay: "Delay",
};

/** Keys that name what is changed. */
export const TARGETS = ["link", "terminal", "transfer", "crossing", "group", "corridor", "territory", "operator", "owner", "side", "passage", "asset", "mode", "operation"];

/** A number that a deed needs, with how it is asked for. */
export interface Setting {
  key: string;
  label: string;
  unit: string;
  least: number;
  most: number;
  step: number;
  first: number;
}

export const SETTINGS: Record<string, Setting[]> = {
  close: [],
  open: [],
  derate: [{ key: "factor", label: "Share of the capacity left", unit: "0 to 1", least: 0, most: 1, step: 0.05, first: 0.5 }],
  improve: [
    { key: "capacity_factor", label: "Capacity times", unit: "factor", least: 0, most: 20, step: 0.1, first: 1.5 },
    { key: "time_factor", label: "Time times", unit: "factor", least: 0, most: 3, step: 0.05, first: 0.8 },
    { key: "cost_factor", label: "Cost times", unit: "factor", least: 0, most: 3, step: 0.05, first: 1 },
  ],
  surcharge: [{ key: "amount", label: "Added for each unit", unit: "currency/unit", least: 0, most: 1e6, step: 10, first: 100 }],
  delay: [{ key: "hours", label: "Added to the time", unit: "h", least: 0, most: 10_000, step: 1, first: 24 }],
};

/** A row as the target of a change; nothing where it cannot be one. */
export function targetOf(subject: Subject, network: Network | null): Change | null {
  if (["link", "crossing", "passage", "territory", "operator", "terminal", "corridor", "asset", "group", "owner"].includes(subject.kind)) return { [subject.kind]: subject.key };
  if (subject.kind === "node") {
    const crossing = network?.crossings.find((row) => row.node === subject.key);
    return crossing ? { crossing: crossing.key } : { terminal: subject.key };
  }
  if (subject.kind === "actor") {
    const kind = network?.actors.find((actor) => actor.key === subject.key)?.kind;
    return kind === "bloc" ? null : { [kind === "state" ? "territory" : "operator"]: subject.key };
  }
  return null;
}

/** A change with the first values of what its deed needs. */
export function completed(change: Change): Change {
  const kept = Object.fromEntries(Object.entries(change).filter(([key]) => key === "do" || TARGETS.includes(key)));
  for (const setting of SETTINGS[String(change["do"])] ?? []) kept[setting.key] = change[setting.key] ?? setting.first;
  return kept;
}

export function changesOf(text: string): Change[] {
  try {
    const parsed: unknown = JSON.parse(text || "[]");
    return Array.isArray(parsed) ? (parsed as Change[]) : [];
  } catch {
    return [];
  }
}

/** The list with one more change; the same deed on the same target is not repeated. */
export function withChange(changes: Change[], change: Change): Change[] {
  const same = (other: Change) => ["do", ...TARGETS].every((key) => other[key] === change[key]);
  return [...changes.filter((other) => !same(other)), completed(change)];
}

/** The target as `kind:key`, for names and for the map. */
export function subjectOfChange(change: Change): Subject | null {
  const kind = TARGETS.find((key) => change[key] !== undefined);
  return kind ? { kind, key: String(change[kind]) } : null;
}

/** A change as words: `Derate Suez Canal to 50 %`. */
export function changeWords(change: Change, name: (kind: string, key: string) => string): string {
  const deed = String(change["do"]);
  const targets = TARGETS.filter((key) => change[key] !== undefined).map((key) => name(key, String(change[key])));
  const head = `${DEEDS[deed] ?? deed.replaceAll("_", " ")} ${targets.join(", ")}`.trim();
  const number = (key: string) => Number(change[key]);
  if (deed === "derate") return `${head} to ${percent(number("factor"))}`;
  if (deed === "surcharge") return `${head} by ${short(number("amount"))}`;
  if (deed === "delay") return `${head} by ${short(number("hours"))} h`;
  if (deed === "improve") return `${head}: ${(SETTINGS["improve"] ?? []).filter(({ key }) => change[key] !== undefined && number(key) !== 1).map(({ key, label }) => `${label.toLowerCase()} ${short(number(key))}`).join(", ")}`;
  return head;
}
