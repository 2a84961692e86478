// Rows of the study as choices of a field.
import type { Choice } from "../parts/Picker.svelte";
import type { Network } from "./types.ts";
import { words } from "./format.ts";

export function placeChoices(network: Network | null): Choice[] {
  const names = new Map((network?.actors ?? []).map((actor) => [actor.key, actor.name]));
  const nodes = (network?.nodes ?? []).filter((node) => node.kind !== "sea" && node.kind !== "junction");
  return sorted(nodes.map((node) => ({ value: node.key, label: node.name, hint: `${words(node.kind)}, ${names.get(node.territory) ?? "at sea"}` })));
}

export function actorChoices(network: Network | null, kinds: string[] = []): Choice[] {
  const actors = (network?.actors ?? []).filter((actor) => kinds.length === 0 || kinds.includes(actor.kind));
  return sorted(actors.map((actor) => ({ value: actor.key, label: actor.name, hint: words(actor.kind) })));
}

function sorted(choices: Choice[]): Choice[] {
  return choices.sort((a, b) => a.label.localeCompare(b.label));
}

/** Every row that can be selected, with its kind in the value: `node:GEPTI`. */
export function allChoices(network: Network | null): Choice[] {
  if (!network) return [];
  const of = (kind: string, rows: Choice[]) => rows.map((row) => ({ ...row, value: `${kind}:${row.value}` }));
  return [
    ...of("actor", actorChoices(network)),
    ...of("node", placeChoices(network)),
    ...of("passage", sorted(network.passages.map((row) => ({ value: row.key, label: row.name, hint: "passage" })))),
    ...of("crossing", sorted(network.crossings.map((row) => ({ value: row.key, label: row.name, hint: "border crossing" })))),
    ...of("link", sorted(network.links.map((row) => ({ value: row.key, label: row.name, hint: row.mode })))),
  ];
}

/** What may be closed or avoided, as the server names it: `territory:RUS`. */
export function gateChoices(network: Network | null): Choice[] {
  if (!network) return [];
  return allChoices(network).flatMap((choice) => {
    const [kind = "", ...rest] = choice.value.split(":");
    const key = rest.join(":");
    if (kind === "node") return choice.hint?.startsWith("port") || choice.hint?.startsWith("terminal") ? [{ ...choice, value: `terminal:${key}` }] : [];
    if (kind !== "actor") return [choice];
    if (choice.hint === "state") return [{ ...choice, value: `territory:${key}` }];
    return choice.hint === "bloc" ? [] : [{ ...choice, value: `operator:${key}` }];
  });
}

/** What may be watched beside actors and commodities, as the server names it: `corridor:btc`, `passage:suez`. */
export function watchedChoices(network: Network | null): Choice[] {
  const corridors = [...new Set((network?.links ?? []).map((link) => link.corridor))].filter(Boolean);
  const gates = gateChoices(network).filter((choice) => !/^(territory|operator):/.test(choice.value));
  return [...sorted(corridors.map((key) => ({ value: `corridor:${key}`, label: words(key), hint: "corridor" }))), ...gates];
}

export function commodityChoices(network: Network | null): Choice[] {
  return sorted((network?.commodities ?? []).map((row) => ({ value: row.key, label: row.name, hint: row.unit })));
}
