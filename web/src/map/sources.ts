// The study's rows as the map's data: links as painted, places, routes, marks.
import type { Feature, FeatureCollection, LineString, Point } from "geojson";
import type { Link, Network, Place, Position } from "../lib/types.ts";
import type { Painting } from "./painting.ts";
import { shapeOf } from "./shapes.ts";

/** Lines of several modes between the same places lie side by side. */
const OFFSETS: Record<string, number> = { road: 2.5, pipeline: -2.5, power: 4, fibre: -4 };

export const EMPTY: FeatureCollection = { type: "FeatureCollection", features: [] };

function look(link: Link, painted: boolean): string {
  if (painted) return "flow";
  if (link.status === "planned") return "planned";
  return link.open ? "idle" : "closed";
}

/** Sea and air legs of two points bend a little along the great circle. */
function curved(points: Position[], mode: string): Position[] {
  const [first, last] = [points[0], points.at(-1)];
  if (points.length !== 2 || !first || !last || !["air", "sea", "fibre"].includes(mode)) return unbroken(points);
  return unbroken(greatCircle(first, last));
}

/** Points that run on beyond 180 degrees instead of jumping back round the world. */
function unbroken(points: Position[]): Position[] {
  let turns = 0;
  return points.map(([lon, lat], at): Position => {
    const step = lon - (points[at - 1]?.[0] ?? lon);
    if (Math.abs(step) > 180) turns -= Math.sign(step) * 360;
    return [lon + turns, lat];
  });
}

function greatCircle([lon0, lat0]: Position, [lon1, lat1]: Position): Position[] {
  const rad = Math.PI / 180;
  const vector = (lon: number, lat: number) => [Math.cos(lat * rad) * Math.cos(lon * rad), Math.cos(lat * rad) * Math.sin(lon * rad), Math.sin(lat * rad)] as const;
  const [a, b] = [vector(lon0, lat0), vector(lon1, lat1)];
  const angle = Math.acos(Math.min(1, a[0] * b[0] + a[1] * b[1] + a[2] * b[2]));
  if (angle < 0.05) return [[lon0, lat0], [lon1, lat1]];
  const steps = 24;
  return Array.from({ length: steps + 1 }, (_, step): Position => {
    const t = step / steps;
    const [p, q] = [Math.sin((1 - t) * angle) / Math.sin(angle), Math.sin(t * angle) / Math.sin(angle)];
    const [x, y, z] = [p * a[0] + q * b[0], p * a[1] + q * b[1], p * a[2] + q * b[2]];
    return [Math.atan2(y, x) / rad, Math.atan2(z, Math.hypot(x, y)) / rad];
  });
}

export function linkFeatures(links: Link[], painting: Painting, modes: Set<string> | null, chosen: Set<string>): FeatureCollection<LineString> {
  const features = links
    .filter((link) => modes === null || modes.has(link.mode) || chosen.has(link.key))
    .map((link): Feature<LineString> => {
      const style = painting.lines.get(link.key);
      const properties = {
        key: link.key,
        look: look(link, style !== undefined),
        width: style?.width ?? 1,
        colour: style?.colour ?? "#888",
        order: style?.width ?? 0,
        offset: OFFSETS[link.mode] ?? 0,
        chosen: chosen.has(link.key),
      };
      return { type: "Feature", geometry: { type: "LineString", coordinates: curved(link.geometry, link.mode) }, properties };
    });
  return { type: "FeatureCollection", features };
}

export function nodeFeatures(network: Network): FeatureCollection<Point> {
  const degree = new Map<string, number>();
  for (const link of network.links) {
    for (const end of [link.from, link.to]) degree.set(end, (degree.get(end) ?? 0) + 1);
  }
  const used = network.nodes.filter((node) => degree.has(node.key) && node.kind !== "sea");
  const features = used.map((node): Feature<Point> => {
    const rank = -(degree.get(node.key) ?? 0) - (node.kind === "port" || node.kind === "city" ? 4 : 0);
    const properties = { key: node.key, name: node.name, shape: shapeOf(node.kind), rank };
    return { type: "Feature", geometry: { type: "Point", coordinates: [node.lon, node.lat] }, properties };
  });
  return { type: "FeatureCollection", features };
}

export function routeFeatures(painting: Painting, links: Map<string, Link>): FeatureCollection<LineString> {
  const features = painting.routes.flatMap((route, rank) =>
    route.links.flatMap((key): Feature<LineString>[] => {
      const link = links.get(key);
      if (!link) return [];
      const properties = { key, colour: route.colour, width: route.chosen ? 5 : 2.5, order: route.chosen ? 100 : 50 - rank };
      return [{ type: "Feature", geometry: { type: "LineString", coordinates: curved(link.geometry, link.mode) }, properties }];
    }),
  );
  return { type: "FeatureCollection", features };
}

export function markFeatures(painting: Painting, places: Map<string, Place>): FeatureCollection<Point> {
  const features = painting.marks.flatMap(({ place, label }): Feature<Point>[] => {
    const found = places.get(place);
    return found ? [{ type: "Feature", geometry: { type: "Point", coordinates: [found.lon, found.lat] }, properties: { label } }] : [];
  });
  return { type: "FeatureCollection", features };
}

/** West, south, east, north of links and places, or nothing. */
export function boundsOf(points: Position[]): [number, number, number, number] | null {
  if (points.length === 0) return null;
  const [lons, lats] = [points.map((point) => point[0]), points.map((point) => point[1])];
  return [Math.min(...lons), Math.min(...lats), Math.max(...lons), Math.max(...lats)];
}
