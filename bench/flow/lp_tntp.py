"""Times the capacitated flow of a TNTP network here and in HiGHS, one after the other.

Arc formulation by origin: flow of each origin on each arc, conservation at each node, capacity
times a factor on each arc with a slack priced per unit of overflow. Cost is free-flow time.
Usage: lp_tntp.py BINARY FOLDER NETWORK SCALE [--runs N]      (needs `pip install highspy numpy`)
"""

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import time

OVERFLOW_PRICE = 1000.0
GAP = "1e-4"


def read_links(path):
    head, body = open(path).read().split("<END OF METADATA>")
    first_through = int(head.split("<FIRST THRU NODE>")[1].split()[0])
    rows = [line.strip().rstrip(";").split() for line in body.splitlines()]
    links = [(int(r[0]) - 1, int(r[1]) - 1, float(r[2]), float(r[4])) for r in rows if r and r[0].isdigit()]
    return links, first_through - 1


def read_trips(path):
    trips = {}
    body = open(path).read().split("<END OF METADATA>")[1]
    for part in body.split("Origin")[1:]:
        pieces = part.strip().split(None, 1)
        if len(pieces) < 2:
            continue
        origin = int(pieces[0]) - 1
        for entry in pieces[1].split(";"):
            if ":" in entry:
                to, volume = entry.split(":")
                to, volume = int(to) - 1, float(volume)
                if volume > 0 and to != origin:
                    trips.setdefault(origin, {})[to] = volume
    return trips


def solve_with_highs(folder, network, scale):
    import highspy
    import numpy as np

    links, first_through = read_links(f"{folder}/{network}_net.tntp")
    trips = read_trips(f"{folder}/{network}_trips.tntp")
    nodes = 1 + max(max(a, b) for a, b, _, _ in links)
    arcs, origins = len(links), sorted(trips)
    tail = np.array([l[0] for l in links])
    head = np.array([l[1] for l in links])
    cost = np.array([l[3] for l in links])
    capacity_row = len(origins) * nodes
    columns = len(origins) * arcs + arcs
    column_cost = np.concatenate([np.tile(cost, len(origins)), np.full(arcs, OVERFLOW_PRICE)])
    upper = np.full(columns, np.inf)
    for k, origin in enumerate(origins):
        barred = (tail < first_through) & (tail != origin)
        upper[k * arcs : (k + 1) * arcs][barred] = 0.0
    index = np.empty(3 * len(origins) * arcs + arcs, dtype=np.int32)
    value = np.empty(len(index))
    for k in range(len(origins)):
        block = slice(3 * k * arcs, 3 * (k + 1) * arcs)
        rows = np.stack([k * nodes + tail, k * nodes + head, capacity_row + np.arange(arcs)], axis=1)
        index[block] = rows.ravel()
        value[block] = np.tile([1.0, -1.0, 1.0], arcs)
    index[-arcs:] = capacity_row + np.arange(arcs)
    value[-arcs:] = -1.0
    start = np.concatenate([3 * np.arange(len(origins) * arcs), 3 * len(origins) * arcs + np.arange(arcs + 1)])
    lower_row = np.full(capacity_row + arcs, -np.inf)
    upper_row = np.empty(capacity_row + arcs)
    for k, origin in enumerate(origins):
        balance = np.zeros(nodes)
        for to, volume in trips[origin].items():
            balance[to] -= volume
            balance[origin] += volume
        lower_row[k * nodes : (k + 1) * nodes] = balance
        upper_row[k * nodes : (k + 1) * nodes] = balance
    upper_row[capacity_row:] = [scale * l[2] for l in links]

    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = columns, capacity_row + arcs
    lp.col_cost_, lp.col_lower_, lp.col_upper_ = column_cost, np.zeros(columns), upper
    lp.row_lower_, lp.row_upper_ = lower_row, upper_row
    lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    lp.a_matrix_.start_, lp.a_matrix_.index_, lp.a_matrix_.value_ = start.astype(np.int32), index, value
    solver = highspy.Highs()
    for option, setting in [("output_flag", False), ("threads", 1), ("solver", "simplex")]:
        solver.setOptionValue(option, setting)
    solver.passModel(lp)
    begun = time.perf_counter()
    solver.run()
    seconds = time.perf_counter() - begun
    print(json.dumps({
        "objective": solver.getInfo().objective_function_value,
        "status": str(solver.getModelStatus()),
        "solve_s": round(seconds, 3),
        "version": solver.version(),
        "columns": columns,
        "rows": capacity_row + arcs,
    }))


def run(command):
    environment = dict(os.environ, RAYON_NUM_THREADS="1")
    begun = time.perf_counter()
    child = subprocess.Popen(command, stdout=subprocess.PIPE, env=environment, text=True)
    output = child.stdout.read()
    _, status, usage = os.wait4(child.pid, 0)
    if status:
        sys.exit(f"failed: {status}")
    answer = json.loads(output.strip().splitlines()[-1])
    answer.update(whole_s=round(time.perf_counter() - begun, 3), cpu_s=round(usage.ru_utime + usage.ru_stime, 3), peak_mb=round(usage.ru_maxrss / 1024, 1))
    return answer


def main():
    if sys.argv[1] == "--highs":
        return solve_with_highs(sys.argv[2], sys.argv[3], float(sys.argv[4]))
    parser = argparse.ArgumentParser()
    parser.add_argument("binary")
    parser.add_argument("folder")
    parser.add_argument("network")
    parser.add_argument("scale", type=float)
    parser.add_argument("--runs", type=int, default=3)
    a = parser.parse_args()
    files = [f"{a.folder}/{a.network}_net.tntp", f"{a.folder}/{a.network}_trips.tntp"]
    ours, peer = [], []
    for _ in range(a.runs):
        ours.append(run([a.binary, *files, str(a.scale), str(OVERFLOW_PRICE), GAP, "quiet"]))
        print("thalweg", json.dumps(ours[-1]), flush=True)
        peer.append(run([sys.executable, __file__, "--highs", a.folder, a.network, str(a.scale)]))
        print("highs  ", json.dumps(peer[-1]), flush=True)
    for what in ["solve_s", "cpu_s", "whole_s", "peak_mb"]:
        mine = statistics.median(r[what] for r in ours)
        theirs = statistics.median(r[what] for r in peer)
        print(f"{what:8} thalweg {mine:10.3f}  highs {theirs:10.3f}  ratio {mine / theirs:.4f}")


if __name__ == "__main__":
    main()
