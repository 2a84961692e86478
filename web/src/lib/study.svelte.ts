// The study that the server has open: its network on the date and under the scenario of the address, and names of rows.
import { get } from "./api.ts";
import { address } from "./address.svelte.ts";
import { Load } from "./load.svelte.ts";
import type { Commodity, Flows, Link, Network, Place, SavedScenario, StudyHead, Subject } from "./types.ts";

class Study {
  head = new Load<StudyHead>();
  network = new Load<Network>();
  base = new Load<Flows>();
  flows = new Load<Flows>();
  scenarios = new Load<SavedScenario[]>();

  asOf = $derived(address.get("as_of") || (this.head.value?.as_of ?? ""));
  scenario = $derived(address.get("scenario"));
  links = $derived(new Map((this.network.value?.links ?? []).map((link): [string, Link] => [link.key, link])));
  places = $derived(new Map((this.network.value?.nodes ?? []).map((place): [string, Place] => [place.key, place])));
  commodities = $derived(new Map((this.network.value?.commodities ?? []).map((row): [string, Commodity] => [row.key, row])));
  actors = $derived(new Map((this.network.value?.actors ?? []).map((row): [string, string] => [row.key, row.name])));
  passages = $derived(new Map((this.network.value?.passages ?? []).map((row): [string, string] => [row.key, row.name])));
  crossings = $derived(new Map((this.network.value?.crossings ?? []).map((row): [string, string] => [row.key, row.name])));
  currency = $derived(this.head.value?.currency ?? "");

  load(): void {
    void this.head.ask("study", (signal) => get("/study", {}, signal));
    this.loadScenarios();
  }

  loadScenarios(version = 0): void {
    void this.scenarios.ask(`scenarios ${version}`, async (signal) => {
      const body = await get<{ scenarios: SavedScenario[] }>("/scenarios", {}, signal);
      return body.scenarios;
    });
  }

  /** The rows of a date under a scenario, and the flows of the base and of the scenario. */
  loadFor(asOf: string, scenario: string): void {
    const query = { as_of: asOf, scenario };
    void this.network.ask(`${asOf} ${scenario}`, (signal) => get("/network", query, signal));
    void this.base.ask(asOf, (signal) => get("/flows", { as_of: asOf }, signal));
    if (scenario) void this.flows.ask(`${asOf} ${scenario}`, (signal) => get("/flows", query, signal));
    else this.flows.clear();
  }

  actor(key: string): string {
    return this.actors.get(key) ?? key;
  }

  commodity(key: string): string {
    return this.commodities.get(key)?.name ?? key;
  }

  unit(commodity: string): string {
    return this.commodities.get(commodity)?.unit ?? "";
  }

  /** The name of any row for people; the key where no name is known. */
  name(kind: string, key: string): string {
    const tables: Record<string, () => string | undefined> = {
      link: () => this.links.get(key)?.name,
      node: () => this.places.get(key)?.name,
      terminal: () => this.places.get(key)?.name,
      place: () => this.places.get(key)?.name,
      crossing: () => this.crossings.get(key),
      passage: () => this.passages.get(key),
      territory: () => this.actors.get(key),
      operator: () => this.actors.get(key),
      owner: () => this.actors.get(key),
      actor: () => this.actors.get(key),
      commodity: () => this.commodities.get(key)?.name,
    };
    return tables[kind]?.() ?? key;
  }

  scenarioTitle(key: string): string {
    return this.scenarios.value?.find((row) => row.name === key)?.scenario.title ?? key;
  }
}

export const study = new Study();

/** `link:suez` as its two parts. */
export function subjectOf(text: string): Subject | null {
  const at = text.indexOf(":");
  return at > 0 ? { kind: text.slice(0, at), key: text.slice(at + 1) } : null;
}
