"""Land behind the maps of a report, from the npm package world-atlas 2.0.2 (Natural Earth, public domain).

usage: python basemap.py WORLD_ATLAS_FOLDER OUT        (npm pack world-atlas@2.0.2, then unpack)

Reads land-50m.json, a TopoJSON file, and writes OUT/land.json: {"polygons": [{"rings": [[[lon, lat], ...], ...]}]}.
Coasts only: no border is drawn, so none is claimed. The Caspian is a hole in the land. Rings are thinned by Douglas and
Peucker (1973) to TOLERANCE degrees; islands below SMALLEST square degrees and the Antarctic are left out.
"""
import json
import sys

TOLERANCE = 0.06
SMALLEST = 0.12
SOUTH = -60.0


def arcs_of(topology):
    """Absolute coordinates of every arc of a quantised topology."""
    (sx, sy), (tx, ty) = topology["transform"]["scale"], topology["transform"]["translate"]
    for arc in topology["arcs"]:
        x = y = 0
        points = []
        for dx, dy in arc:
            x, y = x + dx, y + dy
            points.append((x * sx + tx, y * sy + ty))
        yield points


def ring_of(arcs, indices):
    """One closed ring from its arcs; a negative index runs an arc backwards."""
    ring = []
    for index in indices:
        points = arcs[index] if index >= 0 else arcs[~index][::-1]
        ring.extend(points if not ring else points[1:])
    return ring


def thinned(points):
    """Douglas and Peucker's line with fewer points."""
    if len(points) < 3:
        return points
    (x0, y0), (x1, y1) = points[0], points[-1]
    length = ((x1 - x0) ** 2 + (y1 - y0) ** 2) ** 0.5

    def away(point):
        x, y = point
        if length == 0:
            return ((x - x0) ** 2 + (y - y0) ** 2) ** 0.5
        return abs((x1 - x0) * (y0 - y) - (x0 - x) * (y1 - y0)) / length

    farthest = max(range(1, len(points) - 1), key=lambda i: away(points[i]))
    if away(points[farthest]) <= TOLERANCE:
        return [points[0], points[-1]]
    return thinned(points[: farthest + 1])[:-1] + thinned(points[farthest:])


def area(ring):
    return abs(sum(x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in zip(ring, ring[1:]))) / 2


def main(folder, out):
    sys.setrecursionlimit(10000)
    topology = json.load(open(f"{folder}/land-50m.json"))
    arcs = list(arcs_of(topology))
    polygons = []
    for geometry in topology["objects"]["land"]["geometries"]:
        parts = geometry["arcs"] if geometry["type"] == "MultiPolygon" else [geometry["arcs"]]
        for part in parts:
            rings = [ring_of(arcs, indices) for indices in part]
            if area(rings[0]) < SMALLEST or max(y for _, y in rings[0]) < SOUTH:
                continue
            rings = [ring for ring in rings if area(ring) >= SMALLEST]
            polygons.append({"rings": [[[round(x, 2), round(y, 2)] for x, y in thinned(ring)] for ring in rings]})
    with open(f"{out}/land.json", "w") as file:
        json.dump({"polygons": polygons}, file, separators=(",", ":"))
        file.write("\n")


if __name__ == "__main__":
    main(*sys.argv[1:3])
