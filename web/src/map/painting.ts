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
