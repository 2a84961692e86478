"""Lengths and map lines of the links of a study, from open rail, road and sea-lane networks.

usage: python lengths.py STUDY        (STUDY is a folder with node.csv and recipe/links.csv)

Reads    STUDY/node.csv             places (longitude, latitude)
         STUDY/recipe/links.csv     the links wanted: every column of the table `link` but length and geometry, and
                                    network (rail, road, sea) and via (points to pass, `lon lat; lon lat`)
         STUDY/recipe/stitches.csv  gaps of the networks that are bridged by hand
Writes   STUDY/link/rail_osm.csv, road_osm.csv (ODbL 1.0) and sea_marnet.csv (Apache-2.0)

Needs    scgraph_data==2.0.0 (rail and road, OpenStreetMap of April 2024) and searoute==1.6.0 (sea lanes) from PyPI;
         `pip install --no-deps` is enough, no other package is used.

Same inputs, same bytes. A place snaps to the nearest vertex of the network; on rail and road the distance from the
place to the vertex is added only beyond SPUR_KM, at sea it always is (the lanes end off the quays). Pieces and dead ends
of the rail and road networks are joined to what lies within STITCH_KM; wider gaps are bridged only where
recipe/stitches.csv names them, and each link says how many km of its length are such joints. A sea link may use only the straits named in its `passage` (and `through`): all others are shut while it is measured.
"""
import csv
import heapq
import importlib
import importlib.metadata
import importlib.util
import json
import math
import os
import sys
import types

PINNED = {"scgraph_data": "2.0.0", "searoute": "1.6.0"}
WINDOW = (-15.0, 0.0, 150.0, 72.0)  # degrees: west, south, east, north of the rail and road networks used
STITCH_KM = 2.5
SNAP_MAX_KM = {"rail": 65.0, "road": 65.0, "sea": 130.0}
SPUR_KM = 5.0  # on rail and road an end that lies further than this from the network is reached straight
SHAPE_POINTS = 12
CELL = 0.05  # degrees, of the grid that finds near vertices
OUT = {"rail": "rail_osm.csv", "road": "road_osm.csv", "sea": "sea_marnet.csv"}
SOURCE = {"rail": "osm_rail", "road": "osm_road", "sea": "marnet"}
STRAITS = {"hormuz": "ormuz", "cape_good_hope": "south_africa", "magellan": "chili"}  # study's name -> marnet's
# The river part of the lanes between the Azov and the Caspian Sea is not tagged there: west, south, east, north.
VOLGA_DON = (39.35, 46.4, 48.35, 50.0)


def km(a, b):
    """Great-circle distance of two points (lon, lat)."""
    lon1, lat1, lon2, lat2 = map(math.radians, (*a, *b))
    h = math.sin((lat2 - lat1) / 2) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    return 2 * 6371.0088 * math.asin(min(1.0, math.sqrt(h)))


class Net:
    """An undirected graph of points."""

    def __init__(self, points, edges):
        self.points = points
        self.edges = edges  # list of dict: vertex -> (km, tag)
        self.grid = {}
        for vertex, (lon, lat) in enumerate(points):
            if edges[vertex]:
                self.grid.setdefault((math.floor(lon / CELL), math.floor(lat / CELL)), []).append(vertex)

    def join(self, a, b, tag=""):
        length = km(self.points[a], self.points[b])
        if a != b and (b not in self.edges[a] or self.edges[a][b][0] > length):
            self.edges[a][b] = self.edges[b][a] = (length, tag)

    def components(self):
        component = [-1] * len(self.points)
        for start in range(len(self.points)):
            if component[start] < 0:
                component[start], stack = start, [start]
                while stack:
                    for other in self.edges[stack.pop()]:
                        if component[other] < 0:
                            component[other] = start
                            stack.append(other)
        return component

    def near(self, point, radius_km):
        reach = radius_km / 111.0
        wide = reach / max(0.2, math.cos(math.radians(point[1])))
        for x in range(math.floor((point[0] - wide) / CELL), math.floor((point[0] + wide) / CELL) + 1):
            for y in range(math.floor((point[1] - reach) / CELL), math.floor((point[1] + reach) / CELL) + 1):
                for vertex in self.grid.get((x, y), ()):
                    distance = km(point, self.points[vertex])
                    if distance <= radius_km:
                        yield distance, vertex

    def nearest(self, point, radius_km, wanted=lambda vertex: True):
        found = [pair for pair in self.near(point, radius_km) if wanted(pair[1])]
        return min(found) if found else None

    def stitch(self, radius_km):
        """Joins pieces of the network, and its dead ends, to what lies near them."""
        component = self.components()
        degree = [len(row) for row in self.edges]
        for vertex in range(len(self.points)):
            if degree[vertex] == 0:
                continue
            for distance, other in sorted(self.near(self.points[vertex], radius_km)):
                apart = component[other] != component[vertex]
                if other != vertex and (apart or degree[vertex] == 1) and other not in self.edges[vertex]:
                    self.join(vertex, other, "stitch")

    def path(self, start, goal, allowed):
        best, before, queue = {start: 0.0}, {}, [(0.0, start)]
        while queue:
            length, vertex = heapq.heappop(queue)
            if vertex == goal:
                way = [goal]
                while way[-1] != start:
                    way.append(before[way[-1]])
                return length, way[::-1]
            if length > best[vertex]:
                continue
            for other, (step, tag) in self.edges[vertex].items():
                if not allowed(tag):
                    continue
                total = length + step
                if total < best.get(other, math.inf):
                    best[other], before[other] = total, vertex
                    heapq.heappush(queue, (total, other))
        return None


def pinned(package):
    found = importlib.metadata.version(package)
    if found != PINNED[package]:
        sys.exit(f"{package} {found} is installed; the recipe is written for {PINNED[package]}")


def read_scgraph(module, name):
    """Vertices and edges of a network in scgraph_data; its module only wraps two literals in a class."""
    pinned("scgraph_data")

    class GeoGraph:
        def __init__(self, graph, nodes):
            self.graph, self.nodes = graph, nodes

    core = types.ModuleType("scgraph.core")
    core.GeoGraph = GeoGraph
    sys.modules.setdefault("scgraph", types.ModuleType("scgraph"))
    sys.modules["scgraph.core"] = core
    read = getattr(importlib.import_module(f"scgraph_data.{module}"), name)
    west, south, east, north = WINDOW
    kept = {}
    for vertex, (lat, lon) in enumerate(read.nodes):
        if west <= lon <= east and south <= lat <= north:
            kept[vertex] = len(kept)
    points = [(read.nodes[vertex][1], read.nodes[vertex][0]) for vertex in kept]
    edges = [
        {kept[other]: (length, "") for other, length in read.graph[vertex].items() if other in kept and other != vertex}
        for vertex in kept
    ]
    for vertex, row in enumerate(edges):
        for other, step in list(row.items()):
            edges[other].setdefault(vertex, step)
    net = Net(points, edges)
    net.stitch(STITCH_KM)
    return net


def read_marnet():
    pinned("searoute")
    folder = importlib.util.find_spec("searoute").submodule_search_locations[0]
    with open(os.path.join(folder, "data", "marnet_searoute.geojson"), encoding="utf-8") as file:
        features = json.load(file)["features"]
    number, points, edges = {}, [], []
    west, south, east, north = VOLGA_DON

    def vertex(point):
        at = (round((point[0] + 180.0) % 360.0 - 180.0, 4), round(point[1], 4))
        if at not in number:
            number[at] = len(points)
            points.append(at)
            edges.append({})
        return number[at]

    for feature in features:
        tag = feature["properties"].get("passage") or ""
        several = feature["geometry"]["type"] == "MultiLineString"
        lines = feature["geometry"]["coordinates"] if several else [feature["geometry"]["coordinates"]]
        for a, b in (pair for line in lines for pair in zip(line, line[1:])):
            a, b = vertex(a), vertex(b)
            if a == b:
                continue
            middle = [(points[a][i] + points[b][i]) / 2 for i in (0, 1)]
            river = west <= middle[0] <= east and south <= middle[1] <= north
            step = (km(points[a], points[b]), "volga_don" if river else tag)
            edges[a][b] = edges[b][a] = step
    return Net(points, edges)


def simplified(points, most):
    """Douglas-Peucker with the smallest tolerance that leaves at most `most` points between the ends."""

    def kept(tolerance):
        keep, stack = {0, len(points) - 1}, [(0, len(points) - 1)]
        while stack:
            first, last = stack.pop()
            (x1, y1), (x2, y2) = points[first], points[last]
            wide = math.cos(math.radians((y1 + y2) / 2))
            dx, dy = (x2 - x1) * wide, y2 - y1
            span = dx * dx + dy * dy
            worst, where = 0.0, None
            for i in range(first + 1, last):
                px, py = (points[i][0] - x1) * wide, points[i][1] - y1
                t = max(0.0, min(1.0, (px * dx + py * dy) / span)) if span else 0.0
                off = math.hypot(px - t * dx, py - t * dy)
                if off > worst:
                    worst, where = off, i
            if where is not None and worst > tolerance:
                keep.add(where)
                stack += [(first, where), (where, last)]
        return sorted(keep)

    low, high = 0.002, 20.0
    if len(kept(low)) - 2 <= most:
        return [points[i] for i in kept(low)]
    for _ in range(24):
        middle = math.sqrt(low * high)
        if len(kept(middle)) - 2 > most:
            low = middle
        else:
            high = middle
    return [points[i] for i in kept(high)]


def rows(path):
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def points_of(text):
    return [tuple(map(float, point.split())) for point in text.split(";") if point.strip()]


def network(kind, stitches):
    if kind == "sea":
        return read_marnet()
    module, name = {
        "rail": ("world_railways", "world_railways_geograph"),
        "road": ("world_highways", "world_highways_geograph"),
    }[kind]
    net = read_scgraph(module, name)
    for stitch in stitches:
        if stitch["network"] != kind:
            continue
        ends = [points_of(stitch[end])[0] for end in ("from_point", "to_point")]
        reach = float(stitch["reach_km"])
        found = [net.nearest(end, reach) for end in ends]
        if None in found:
            sys.exit(f"stitch {stitch['stitch_id']}: no vertex within {reach} km")
        net.join(found[0][1], found[1][1], "stitch")
    return net


def measure(net, kind, link, places):
    """Length and line of a link, and how far its ends lie from the network."""
    stops = [places[link["from_node_id"]], *points_of(link["via"]), places[link["to_node_id"]]]
    own = {STRAITS.get(name, name) for name in [link["passage"], *link.get("through", "").split("|")] if name}
    allowed = (lambda tag: not tag or tag in own) if kind == "sea" else (lambda tag: True)
    snaps = [net.nearest(stop, SNAP_MAX_KM[kind]) for stop in stops]
    for stop, snap in zip(stops, snaps):
        if snap is None:
            sys.exit(f"{link['link_id']}: no {kind} vertex within {SNAP_MAX_KM[kind]} km of {stop}")
    length, line, bridged = 0.0, [], 0.0
    for (_, a), (_, b) in zip(snaps, snaps[1:]):
        found = net.path(a, b, allowed)
        if found is None:
            sys.exit(f"{link['link_id']}: no way in the {kind} network")
        length += found[0]
        steps = (net.edges[one][other] for one, other in zip(found[1], found[1][1:]))
        bridged += sum(step for step, tag in steps if tag == "stitch")
        line += [net.points[vertex] for vertex in found[1]][1 if line else 0 :]
    spurs = snaps[0][0], snaps[-1][0]
    straight = sum(spur for spur in spurs if kind == "sea" or spur > SPUR_KM)
    line = [stops[0], *line, stops[-1]]
    return length + straight, simplified(line, SHAPE_POINTS)[1:-1], spurs, bridged if kind == "sea" else bridged + straight


def main(study):
    places = {row["node_id"]: (float(row["x_coord"]), float(row["y_coord"])) for row in rows(f"{study}/node.csv")}
    wanted = rows(f"{study}/recipe/links.csv")
    stitches = rows(f"{study}/recipe/stitches.csv")
    for kind, name in OUT.items():
        net = network(kind, stitches)
        chosen = [link for link in wanted if link["network"] == kind]
        columns = [column for column in wanted[0] if column not in ("network", "via", "through")]
        place = columns.index("mode") + 1
        columns[place:place] = ["length"]
        columns.insert(columns.index("corridor") + 1, "geometry")
        with open(f"{study}/link/{name}", "w", encoding="utf-8", newline="") as file:
            out = csv.DictWriter(file, columns, extrasaction="ignore", lineterminator="\n")
            out.writeheader()
            measured = {}
            for link in chosen:
                ends = tuple(link[name] for name in ("from_node_id", "to_node_id", "via", "passage"))
                if ends not in measured:
                    measured[ends] = measure(net, kind, link, places)
                length, line, spurs, bridged = measured[ends]
                source = "|".join(text for text in (SOURCE[kind], link["source"]) if text)
                geometry = "; ".join(f"{lon:.2f} {lat:.2f}" for lon, lat in line)
                if bridged >= 2.0:
                    said = f"{bridged:.0f} km of it straight where the mapped {kind} has gaps"
                    link["note"] = "; ".join(text for text in (link["note"], said) if text)
                out.writerow(link | {"length": f"{length:.0f}", "geometry": geometry, "source": source})
                straight = km(places[link["from_node_id"]], places[link["to_node_id"]])
                print(
                    f"{name} {link['link_id']}: {length:.0f} km, {length / max(straight, 1.0):.2f} of the great circle,"
                    f" ends {spurs[0]:.1f} and {spurs[1]:.1f} km from the network"
                )


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
