// What wide views show on the map beside them: links of actors or failed elements, coloured by a score.
import { ramp, VIRIDIS_ON_DARK, VIRIDIS_ON_LIGHT } from "../lib/colours.ts";
import { short } from "../lib/format.ts";
import { stage } from "../lib/stage.svelte.ts";
import { study } from "../lib/study.svelte.ts";
import { theme } from "../lib/theme.svelte.ts";
import { linksOf, NOTHING, type LineStyle } from "../map/painting.ts";
import { statusLegend } from "../map/flows.ts";

interface Showing {
  title: string;
  unit?: string;
  /** The actor in front; its links are drawn wide. */
  chosen: string;
  kind: string;
}

/** Links of each element in the colour of its score; the highest where elements share a link. */
export function showScores(scores: Map<string, number>, showing: Showing): void {
  const colours = theme.dark ? VIRIDIS_ON_DARK : VIRIDIS_ON_LIGHT;
  const most = Math.max(0, ...scores.values());
  const lines = new Map<string, LineStyle>();
  const sorted = [...scores].sort((a, b) => a[1] - b[1]);
  for (const [element, score] of sorted) {
    const [kind = "", ...rest] = element.split(" ");
    const key = rest.join(" ");
    const share = most > 0 ? Math.sqrt(Math.max(0, score) / most) : 0;
    for (const link of linksOf({ kind, key }, study.links.values())) {
      const width = element === showing.chosen ? 4 : 0.8 + 1.6 * share;
      lines.set(link.key, { width, colour: ramp(colours, Math.min(0.999, share)), told: `${study.name(kind, key)}: ${short(score)}` });
    }
  }
  const entries = [0.06, 0.25, 0.56, 1].map((share) => ({ label: short(share * most), colour: ramp(colours, Math.min(0.999, Math.sqrt(share))) }));
  const [only] = scores.size === 1 ? scores.keys() : [];
  const one = only === undefined ? [] : [{ label: study.name(only.slice(0, only.indexOf(" ")), only.slice(only.indexOf(" ") + 1)), colour: ramp(colours, 0.999) }];
  const scale = one.length > 0 && !showing.unit ? { kind: "swatches" as const, entries: one } : { kind: "ramp" as const, entries };
  const legend = most > 0 ? [{ title: showing.title, unit: showing.unit ?? "", ...scale }] : [];
  stage.show({ ...NOTHING, lines, legend: [...legend, statusLegend(theme.dark)] });
}

/** The same for actors, whose links are those on their territory or that they run. */
export function showActors(scores: Map<string, number>, showing: Showing): void {
  const named = new Map([...scores].map(([actor, score]): [string, number] => [`${showing.kind} ${actor}`, score]));
  showScores(named, { ...showing, chosen: `${showing.kind} ${showing.chosen}` });
}
