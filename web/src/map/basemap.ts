// Land, borders and towns from the files made by basemap/make.mjs.
import type { Feature, FeatureCollection, LineString, MultiLineString, Point, Geometry } from "geojson";
import { feature, mesh } from "topojson-client";
import type { GeometryCollection, GeometryObject, Topology } from "topojson-specification";
import placesUrl from "../../basemap/places.json?url";
import worldUrl from "../../basemap/world.json?url";

export interface StateProperties {
  name: string;
  code: string;
}

export interface DisputedProperties {
  key: string;
  name: string;
  statement: string;
  source: string;
  url: string;
}

type World = Topology<{
  states: GeometryCollection<StateProperties>;
  borders: GeometryObject;
  disputed: GeometryCollection<DisputedProperties>;
}>;

export interface Basemap {
  states: FeatureCollection<Geometry, StateProperties>;
  coast: MultiLineString;
  borders: Feature<Geometry>;
  disputed: FeatureCollection<LineString | MultiLineString, DisputedProperties>;
  labels: FeatureCollection<Point>;
  places: FeatureCollection<Point>;
}

let loaded: Promise<Basemap> | null = null;

export function loadBasemap(): Promise<Basemap> {
  loaded ??= read();
  return loaded;
}

async function read(): Promise<Basemap> {
  const [world, places] = await Promise.all([fetch(worldUrl), fetch(placesUrl)]);
  const topology = (await world.json()) as World;
  const towns = (await places.json()) as [string, number, number, number][];
  const states = feature(topology, topology.objects.states);
  for (const state of states.features) state.geometry = unbroken(state.geometry);
  const coast = mesh(topology, topology.objects.states as GeometryObject, (a, b) => a === b);
  const borders = feature(topology, topology.objects.borders) as Feature<Geometry>;
  return {
    states,
    coast: unbroken(coast),
    borders: { ...borders, geometry: unbroken(borders.geometry) },
    disputed: feature(topology, topology.objects.disputed) as Basemap["disputed"],
    labels: { type: "FeatureCollection", features: [...states.features.flatMap(stateLabel), ...SEAS.map(seaLabel)] },
    places: {
      type: "FeatureCollection",
      features: towns.map(([name, lon, lat, size], rank) => point([lon, lat], { name, rank, size })),
    },
  };
}

/** Lines that run on beyond 180 degrees instead of jumping back round the world. */
function unbroken<G extends Geometry>(geometry: G): G {
  if (geometry.type === "MultiPolygon") return { ...geometry, coordinates: geometry.coordinates.map((rings) => rings.map(unbrokenLine)) };
  if (geometry.type === "Polygon" || geometry.type === "MultiLineString") return { ...geometry, coordinates: geometry.coordinates.map(unbrokenLine) };
  return geometry;
}

function unbrokenLine(points: number[][]): number[][] {
  let turns = 0;
  let last = points[0]?.[0] ?? 0;
  return points.map(([lon = 0, lat = 0]) => {
    if (lon - last > 180) turns -= 360;
    else if (lon - last < -180) turns += 360;
    last = lon;
    return [lon + turns, lat];
  });
}

function point(coordinates: [number, number], properties: Record<string, unknown>): Feature<Point> {
  return { type: "Feature", geometry: { type: "Point", coordinates }, properties };
}

/** Names of waters: longitude, latitude, how far in one must be to read it. */
const SEAS: [string, number, number, number][] = [
  ["Caspian Sea", 50.9, 41.2, 2.5],
  ["Black Sea", 34.5, 43.3, 2.5],
  ["Mediterranean Sea", 18.5, 34.6, 2.5],
  ["Red Sea", 38.2, 20.5, 3],
  ["Persian Gulf", 51.6, 27.1, 3.5],
  ["Gulf of Aden", 47.5, 12.3, 3.5],
  ["Arabian Sea", 64, 15, 2],
  ["Bay of Bengal", 88.5, 14, 2.5],
  ["South China Sea", 114, 14, 2.5],
  ["Baltic Sea", 19.5, 57.3, 3.5],
  ["North Sea", 3, 56.3, 3],
  ["Sea of Azov", 36.7, 46.1, 5],
  ["Indian Ocean", 76, -12, 1.5],
  ["Atlantic Ocean", -35, 30, 1.5],
];

function seaLabel([name, lon, lat, zoom]: [string, number, number, number]): Feature<Point> {
  return point([lon, lat], { name, zoom, kind: "sea", rank: 0 });
}

/** A label in the middle of a state's largest part. */
function stateLabel(state: Feature<Geometry, StateProperties>): Feature<Point>[] {
  const { name } = state.properties;
  const parts = partsOf(state.geometry);
  let best: { area: number; middle: [number, number] } | null = null;
  for (const ring of parts) {
    const found = middleOf(ring);
    if (best === null || found.area > best.area) best = found;
  }
  if (best === null || best.area < 0.05) return [];
  const zoom = Math.max(1.8, 5.6 - Math.log2(best.area) / 2);
  const place = AT[name] ?? best.middle;
  return [point(place, { name, zoom, kind: "state", rank: -best.area })];
}

/** Where the middle of the largest part is no good place for the name. */
const AT: Record<string, [number, number]> = {
  Azerbaijan: [47.9, 40.55],
  Armenia: [44.75, 40.35],
  Georgia: [43.6, 42.0],
  Russia: [60, 59],
  Kazakhstan: [67, 48],
  Norway: [9, 61],
  Croatia: [16.2, 45.6],
  Italy: [12.6, 42.9],
  "United States": [-98, 39],
};

function partsOf(geometry: Geometry): number[][][] {
  if (geometry.type === "Polygon") return geometry.coordinates.slice(0, 1);
  if (geometry.type === "MultiPolygon") return geometry.coordinates.flatMap((polygon) => polygon.slice(0, 1));
  return [];
}

function middleOf(ring: number[][]): { area: number; middle: [number, number] } {
  let twice = 0;
  let x = 0;
  let y = 0;
  for (let at = 1; at < ring.length; at += 1) {
    const [x0 = 0, y0 = 0] = ring[at - 1] ?? [];
    const [x1 = 0, y1 = 0] = ring[at] ?? [];
    const cross = x0 * y1 - x1 * y0;
    twice += cross;
    x += (x0 + x1) * cross;
    y += (y0 + y1) * cross;
  }
  return { area: Math.abs(twice) / 2, middle: twice === 0 ? [0, 0] : [x / (3 * twice), y / (3 * twice)] };
}
