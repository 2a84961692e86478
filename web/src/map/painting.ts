// What a view wants the map to show: how each link is drawn, which routes lie over it, and what the legend says.
import type { Link, Subject } from "../lib/types.ts";

export interface LineStyle {
  width: number;
  colour: string;
  /** What the pointer is told, below the name. */
  told?: string;
}

export interface LegendEntry {
  label: string;
  colour?: string;
  width?: number;
  dash?: "closed" | "planned" | "disputed";
}

export interface LegendPart {
  title: string;
  unit: string;
  kind: "lines" | "swatches" | "ramp";
  entries: LegendEntry[];
}

export interface RouteLine {
  key: string;
  links: string[];
  colour: string;
  chosen: boolean;
}

export interface Painting {
  lines: Map<string, LineStyle>;
  legend: LegendPart[];
  routes: RouteLine[];
  /** Places marked by a view, such as the ends of a route. */
  marks: { place: string; label: string }[];
}

export const NOTHING: Painting = { lines: new Map(), legend: [], routes: [], marks: [] };

/** Where the map looks. */
export interface Camera {
  lon: number;
  lat: number;
  zoom: number;
}

export function cameraOf(text: string): Camera | null {
  const [lon, lat, zoom] = text.split("/").map(Number);
  return [lon, lat, zoom].every((part) => part !== undefined && Number.isFinite(part)) ? { lon: lon!, lat: lat!, zoom: zoom! } : null;
}

/** A view of all places, or of most of them where a few lie far away; the Caspian without any. */
export function homeOf(places: { lon: number; lat: number }[]): Camera {
  if (places.length === 0) return { lon: 48, lat: 41, zoom: 4.1 };
  const sorted = (values: number[]) => [...values].sort((a, b) => a - b);
  const [lons, lats] = [sorted(places.map((place) => place.lon)), sorted(places.map((place) => place.lat))];
  const at = (values: number[], share: number) => values[Math.round(share * (values.length - 1))] ?? 0;
  // All of a study must fit a map that is higher than wide; of a part, the middle does.
  const span = (edge: number) => Math.max((at(lons, 1 - edge) - at(lons, edge)) / (edge === 0 ? 0.8 : 1.6), at(lats, 1 - edge) - at(lats, edge), 0.05);
  const whole = span(0) < 6 * span(0.2);
  const edge = whole ? 0 : 0.2;
  const middle = (values: number[]) => (whole ? (at(values, 0) + at(values, 1)) / 2 : at(values, 0.5));
  // A map some 600 pixels high shows about 420 degrees at zoom 0.
  return { lon: middle(lons), lat: middle(lats), zoom: Math.min(9, Math.max(1.5, Math.log2(420 / (span(edge) * 1.35)))) };
}

export function cameraText({ lon, lat, zoom }: Camera): string {
  return `${lon.toFixed(2)}/${lat.toFixed(2)}/${zoom.toFixed(2)}`;
}

/** Whether somebody denies passing here; denials of supply and demand hold anywhere and say nothing of this link. */
export function closedHere(link: Link): boolean {
  return link.closed_to.some((denial) => ["territory", "operation", "ownership"].includes(denial.lever));
}

/** The links that a chosen row stands for. */
export function linksOf(subject: Subject, links: Iterable<Link>): Link[] {
  const fits: Record<string, (link: Link) => boolean> = {
    link: (link) => link.key === subject.key,
    territory: (link) => link.territory === subject.key,
    operator: (link) => link.operator === subject.key,
    actor: (link) => link.territory === subject.key || link.operator === subject.key,
    owner: (link) => link.operator === subject.key,
    corridor: (link) => link.corridor === subject.key,
    node: (link) => link.from === subject.key || link.to === subject.key,
    terminal: (link) => link.from === subject.key || link.to === subject.key,
    passage: (link) => link.passage === subject.key,
  };
  const fit = fits[subject.kind];
  return fit ? [...links].filter(fit) : [];
}
