// The run of base and one scenario that the pages of evidence share: asked for once, kept by the server.
import { address } from "../../lib/address.svelte.ts";
import { study } from "../../lib/study.svelte.ts";

/** Nothing while the names of scenarios are not there yet. */
export function wholeRun(): Record<string, unknown> | null {
  if (study.scenarios.value === null) return null;
  const beside = study.scenario || study.scenarios.value[0]?.name;
  return { kind: "run", scenarios: beside ? [beside] : [], as_of: address.get("as_of") || null };
}
