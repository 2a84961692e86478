"""Equilibrium against tap-b and AequilibraE, single closures against scipy: one thread, in turn, medians and ratios.

    python bench/equilibrium/compare.py --data DIR --thalweg FILE [--tap-b FILE] [--runs 5] [--closures 2950] [--only WORD]

DIR holds the TNTP files NAME_net.tntp and NAME_trips.tntp. Without --tap-b its rows are left out; AequilibraE and
scipy are imported from the interpreter that runs this, and left out where they are not installed.

thalweg and tap-b: user time and largest memory of the whole process, files read and flows written on both sides.
AequilibraE and scipy: user time of the solve alone, reading and building not counted (memory is the process's).
Gap asked for: ours (TSTT - SPTT) / TSTT, tap-b TSTT / SPTT - 1, AequilibraE |TSTT - AON| / TSTT.
"""

import argparse
import importlib.metadata
import importlib.util
import json
import os
import re
import resource
import statistics
import subprocess
import sys
import tempfile

# Name, toll weight, distance weight, gaps, gaps for AequilibraE.
CASES = [
    ("SiouxFalls", 0, 0, ["1e-12"], ["1e-4"]),
    ("Anaheim", 0, 0, ["1e-12"], ["1e-4"]),
    ("Barcelona", 0, 0, ["1e-12"], []),
    ("ChicagoSketch", 0.02, 0.04, ["1e-4", "1e-6", "1e-12"], ["1e-4"]),
    ("berlin-center", 0, 0, ["1e-4", "1e-6"], ["1e-4"]),
]


def run(command):
    """Exit state, user seconds, largest memory in MB and what was printed."""
    # What wait4 says of memory includes this interpreter's, which the child was forked from; GNU time's does not.
    with tempfile.TemporaryFile() as out, tempfile.NamedTemporaryFile("r") as memory:
        measured = ["/usr/bin/time", "-f", "%M", "-o", memory.name, *command]
        child = subprocess.Popen(measured, stdout=out, stderr=subprocess.DEVNULL, env={**os.environ, **ONE_THREAD})
        _, state, used = os.wait4(child.pid, 0)
        child.returncode = state
        out.seek(0)
        text = out.read().decode()
        if state != 0:
            sys.exit(f"{command} ended with {state}\n{text}")
        return round(used.ru_utime, 4), round(int(memory.read()) / 1024, 1), text


ONE_THREAD = {name: "1" for name in ["RAYON_NUM_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS"]}


def ours(args, case, gap, scratch, threads="1"):
    name, toll, distance = case[:3]
    user, memory, text = run(
        [args.thalweg, "assign", f"{args.data}/{name}_net.tntp", f"{args.data}/{name}_trips.tntp", "--gap", gap]
        + ["--toll-weight", str(toll), "--distance-weight", str(distance), "--threads", threads]
        + ["--flows", f"{scratch}/flows.csv", "--json"]
    )
    found = json.loads(text)
    keep = {key: found[key] for key in ["relative_gap", "beckmann", "tstt", "iterations"]}
    return {"user_s": user, "peak_mb": memory, "wall_s": found["seconds"], **keep}


def tap_b(args, case, gap, scratch):
    name, toll, distance = case[:3]
    net = f"{scratch}/{name}_net.tntp"
    with open(f"{args.data}/{name}_net.tntp") as source, open(net, "w") as target:
        factors = f"<TOLL FACTOR> {toll}\n<DISTANCE FACTOR> {distance}\n<END OF METADATA>"
        target.write(source.read().replace("<END OF METADATA>", factors))
    parameters = f"{scratch}/parameters.txt"
    with open(parameters, "w") as target:
        target.write(f"<NETWORK FILE> {net}\n<TRIPS FILE> {args.data}/{name}_trips.tntp\n<CONVERGENCE GAP> {gap}\n")
        target.write(f"<MAX RUN TIME> 3600\n<FLOWS FILE> {scratch}/flows.txt\n<NUMBER OF THREADS> 1\n<FILE PATH> \n")
    user, memory, text = run([args.tap_b, parameters])
    last = re.findall(r"Iteration (\d+): gap ([\d.e+-]+), obj ([\d.e+-]+)", text)[-1]
    return {"user_s": user, "peak_mb": memory, "gap": float(last[1]), "beckmann": float(last[2]), "iterations": int(last[0])}


def own_child(args, job, *words):
    user, memory, text = run([sys.executable, __file__, "--data", args.data, "--thalweg", "-", "--job", job, *words])
    return {**json.loads(text.splitlines()[-1]), "peak_mb": memory}


def read_net(data, name):
    """Extent and rows (from, to, capacity, length, time, b, power, toll) of a TNTP net, nodes from 1."""
    head, rows = {}, []
    with open(f"{data}/{name}_net.tntp") as lines:
        for line in lines:
            tag = re.match(r"\s*<(.*?)>\s*(\S*)", line)
            field = line.replace(";", " ").split()
            if tag:
                head[tag.group(1)] = tag.group(2)
            elif field and not field[0].startswith("~"):
                value = [float(word) for word in field[:9]]
                rows.append((int(value[0]), int(value[1]), *value[2:7], value[8]))
    return {key: int(head[key]) for key in ["NUMBER OF ZONES", "NUMBER OF NODES", "FIRST THRU NODE"]}, rows


def read_trips(data, name, zones):
    import numpy

    table, origin = numpy.zeros((zones, zones)), 0
    with open(f"{data}/{name}_trips.tntp") as source:
        text = source.read().split("<END OF METADATA>")[1]
    for part in re.split(r"Origin", text)[1:]:
        origin = int(part.split(None, 1)[0])
        for zone, volume in re.findall(r"(\d+)\s*:\s*([\d.eE+-]+)", part):
            table[origin - 1, int(zone) - 1] += float(volume)
    return table


def aequilibrae_job(args, name, gap):
    import logging

    import numpy
    import pandas
    from aequilibrae.matrix import AequilibraeMatrix
    from aequilibrae.paths import Graph, TrafficAssignment, TrafficClass

    logging.disable(logging.CRITICAL)
    toll, distance = next((case[1], case[2]) for case in CASES if case[0] == name)
    head, rows = read_net(args.data, name)
    zones = head["NUMBER OF ZONES"]
    table = read_trips(args.data, name, zones)
    numpy.fill_diagonal(table, 0.0)
    columns = ["a_node", "b_node", "capacity", "length", "free_flow_time", "b", "power", "toll"]
    net = pandas.DataFrame(rows, columns=columns)
    net["link_id"] = numpy.arange(1, len(net) + 1)
    net["direction"] = 1
    net["free_flow_time"] = net.free_flow_time.clip(lower=1e-6)  # it turns times of zero down
    net["fixed"] = toll * net.toll + distance * net.length
    graph = Graph()
    graph.network = net
    graph.prepare_graph(numpy.arange(1, zones + 1))
    graph.set_graph("free_flow_time")
    graph.set_blocked_centroid_flows(head["FIRST THRU NODE"] > 1)
    matrix = AequilibraeMatrix()
    matrix.create_empty(zones=zones, matrix_names=["trips"], memory_only=True)
    matrix.index[:] = numpy.arange(1, zones + 1)
    matrix.matrices[:, :, 0] = table
    matrix.computational_view(["trips"])
    users = TrafficClass("car", graph, matrix)
    if toll or distance:
        users.set_fixed_cost("fixed")
    work = TrafficAssignment()
    work.set_classes([users])
    work.set_vdf("BPR")
    work.set_vdf_parameters({"alpha": "b", "beta": "power"})
    work.set_capacity_field("capacity")
    work.set_time_field("free_flow_time")
    work.set_cores(1)
    work.set_algorithm("bfw")
    work.max_iter, work.rgap_target = 5000, float(gap)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_utime
    work.execute()
    user = resource.getrusage(resource.RUSAGE_SELF).ru_utime - before
    last = work.report().iloc[-1]
    print(json.dumps({"user_s": round(user, 4), "gap": float(last["rgap"]), "iterations": int(last["iteration"])}))


def scipy_job(args, name, count):
    """Total cost of all trips at free-flow costs without each of `count` links spread over the network."""
    import numpy
    from scipy.sparse import csr_matrix
    from scipy.sparse.csgraph import dijkstra

    toll, distance = next((case[1], case[2]) for case in CASES if case[0] == name)
    head, rows = read_net(args.data, name)
    zones, nodes = head["NUMBER OF ZONES"], head["NUMBER OF NODES"]
    assert head["FIRST THRU NODE"] == 1, "the plain search passes centroids"
    table = read_trips(args.data, name, zones)
    tail, head_node = (numpy.array([row[side] - 1 for row in rows]) for side in (0, 1))
    cost = numpy.array([row[4] + distance * row[3] + toll * row[7] for row in rows])

    def total(keep):
        graph = csr_matrix((cost[keep], (tail[keep], head_node[keep])), shape=(nodes, nodes))
        label = dijkstra(graph, indices=numpy.arange(zones))[:, :zones]
        reached = numpy.isfinite(label)
        return (table * numpy.where(reached, label, 0.0)).sum(), table[~reached].sum()

    keep = numpy.ones(len(rows), dtype=bool)
    base, found = total(keep)[0], {}
    before = resource.getrusage(resource.RUSAGE_SELF).ru_utime
    for link in numpy.linspace(0, len(rows) - 1, min(int(count), len(rows))).astype(int):
        keep[link] = False
        found[int(link)] = total(keep)
        keep[link] = True
    user = resource.getrusage(resource.RUSAGE_SELF).ru_utime - before
    change = {link: value - base for link, (value, unreached) in found.items() if unreached == 0}
    print(json.dumps({"user_s": round(user, 4), "closures": len(found), "links": len(rows), "change": change}))


def compare(title, ours_of, peers, runs):
    """Runs our side and the peers in turn; prints every run, then medians and the ratios of ours to each peer."""
    print(f"\n## {title}", flush=True)
    rows = {"thalweg": [], **{name: [] for name in peers}}
    for _ in range(runs):
        for name, job in {"thalweg": ours_of, **peers}.items():
            row = job()
            rows[name].append(row)
            shown = {key: value for key, value in row.items() if key != "change"}
            print(f"{name:12s} {json.dumps(shown)}", flush=True)
    for key in ["user_s", "peak_mb"]:
        median = {name: statistics.median(row[key] for row in of) for name, of in rows.items()}
        mine = median.pop("thalweg")
        against = "  ".join(f"{name} {value:.4f} ratio {mine / value:.4f}" for name, value in median.items() if value > 0)
        print(f"{key:8s} thalweg {mine:.4f}  {against}", flush=True)
    return rows


def compare_closures(args):
    name, toll, distance = next(case for case in CASES if case[0] == "ChicagoSketch")[:3]

    def closures():
        user, memory, text = run(
            [args.thalweg, "assign", f"{args.data}/{name}_net.tntp", f"{args.data}/{name}_trips.tntp", "--method", "aon"]
            + ["--toll-weight", str(toll), "--distance-weight", str(distance), "--closures", "--json"]
        )
        change = {link: row["cost_change"] for link, row in enumerate(json.loads(text)["closures"])}
        return {"user_s": user, "peak_mb": memory, "closures": len(change), "change": change}

    def scipy_scaled():
        row = own_child(args, "scipy", name, str(args.closures))
        measured = row["user_s"]
        return {**row, "measured_s": measured, "user_s": round(measured * row["links"] / row["closures"], 3)}

    title = f"{name}: every link closed in turn at free-flow costs (scipy measured on {args.closures}, scaled to all)"
    rows = compare(title, closures, {"scipy": scipy_scaled}, args.runs if args.closures < 500 else 1)
    mine, plain = rows["thalweg"][0]["change"], rows["scipy"][0]["change"]
    worst = max(abs(mine[int(link)] - value) / max(1.0, abs(value)) for link, value in plain.items())
    print(f"largest relative difference of a change over {len(plain)} links: {worst:.2e}")


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--data", required=True)
    options.add_argument("--thalweg", required=True)
    options.add_argument("--tap-b")
    options.add_argument("--runs", type=int, default=5)
    options.add_argument("--closures", type=int, default=60)
    options.add_argument("--only", default="")
    options.add_argument("--job", nargs="+", help=argparse.SUPPRESS)
    args = options.parse_args()
    if args.job:
        return {"aequilibrae": aequilibrae_job, "scipy": scipy_job}[args.job[0]](args, *args.job[1:])
    installed = {name for name in ["aequilibrae", "scipy"] if importlib.util.find_spec(name)}
    print("versions", {name: importlib.metadata.version(name) for name in sorted(installed)}, sys.version.split()[0])
    print("load", os.getloadavg())
    with tempfile.TemporaryDirectory() as scratch:
        for case in [case for case in CASES if args.only in case[0]]:
            for gap in case[3]:
                peers = {}
                if args.tap_b:
                    peers["tap-b"] = lambda: tap_b(args, case, gap, scratch)
                if "aequilibrae" in installed and gap in case[4]:
                    peers["aequilibrae"] = lambda: own_child(args, "aequilibrae", case[0], gap)
                compare(f"{case[0]} to {gap}", lambda: ours(args, case, gap, scratch), peers, args.runs)
            if case[0] == "ChicagoSketch" and "scipy" in installed:
                compare_closures(args)
            if case[0] in ("ChicagoSketch", "berlin-center"):
                two = {"two threads": lambda: ours(args, case, "1e-6", scratch, "2")}
                rows = compare(f"{case[0]} to 1e-6, one thread and two", lambda: ours(args, case, "1e-6", scratch), two, args.runs)
                wall = {name: statistics.median(row["wall_s"] for row in of) for name, of in rows.items()}
                print(f"wall_s   {wall}  ratio {wall['thalweg'] / wall['two threads']:.3f}")
    print("load", os.getloadavg())


main()
