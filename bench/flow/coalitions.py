"""Values of all coalitions of a 16-player link-owner game on Sioux Falls: ours, LEMON, OR-tools, in one run.

    python bench/flow/coalitions.py BINARY FOLDER

BINARY is `coalitions` built in release, FOLDER holds SiouxFalls_net.tntp. The 76 links belong to 16 players in turn;
three places send 27,000 units to three others, nine slack arcs carry what is not worth a link. Needs g++ and the
headers of LEMON (Debian: liblemon-dev); OR-tools from PyPI where it is installed, on the first 2,000 coalitions.
"""

import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

PLAYERS = 16
SUPPLY = {0: 12000, 1: 9000, 2: 6000, 19: -10000, 20: -9000, 23: -8000}
SLACK_COST = 100
RUNS = 5


def arcs_of(folder):
    rows = []
    for line in (Path(folder) / "SiouxFalls_net.tntp").read_text().splitlines():
        field = line.split()
        if len(field) > 9 and field[0].isdigit():
            rows.append((int(field[0]) - 1, int(field[1]) - 1, round(float(field[2])), round(float(field[4]))))
    found = [(*row, position % PLAYERS) for position, row in enumerate(rows)]
    for source in (node for node, amount in SUPPLY.items() if amount > 0):
        for sink in (node for node, amount in SUPPLY.items() if amount < 0):
            found.append((source, sink, 100000, SLACK_COST, -1))
    return found


def timed(command):
    """Microseconds of processor time a coalition, reading included, and the sum of the values."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    lines = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
    spent = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before
    rows = [tuple(float(word) for word in line.split()) for line in lines]
    return 1e6 * spent / sum(count for _, count, _ in rows), rows[0][2]


def or_tools(arcs, coalitions):
    from ortools.graph.python import min_cost_flow

    begun, total = time.process_time(), 0
    for inside in coalitions:
        solver = min_cost_flow.SimpleMinCostFlow()
        for tail, head, capacity, cost, owner in arcs:
            usable = owner < 0 or inside >> owner & 1
            solver.add_arc_with_capacity_and_unit_cost(tail, head, capacity if usable else 0, cost)
        for node, amount in SUPPLY.items():
            solver.set_node_supply(node, amount)
        assert solver.solve() == solver.OPTIMAL
        total += solver.optimal_cost()
    return 1e6 * (time.process_time() - begun) / len(coalitions), total


def main():
    binary, folder = sys.argv[1:3]
    arcs, sums = arcs_of(folder), set()
    with tempfile.TemporaryDirectory() as place:
        game = Path(place) / "game"
        rows = [f"p 24 {PLAYERS}"] + [f"n {node} {amount}" for node, amount in SUPPLY.items()]
        game.write_text("\n".join(rows + ["a " + " ".join(map(str, arc)) for arc in arcs]) + "\n")
        lemon = Path(place) / "lemon"
        source = Path(__file__).with_name("lemon_coalitions.cpp")
        subprocess.run(["g++", "-O3", "-march=native", "-flto", source, "-o", lemon], check=True)
        ours, theirs = [], []
        for _ in range(RUNS):
            for command, found in (([binary, game], ours), ([lemon, game], theirs)):
                each, total = timed(command)
                found.append(each)
                sums.add(round(total))
    assert len(sums) == 1, sums
    print("us of processor time a coalition, ours: ", *(f"{each:.3f}" for each in ours))
    print("us of processor time a coalition, LEMON:", *(f"{each:.3f}" for each in theirs))
    our, their = statistics.median(ours), statistics.median(theirs)
    print(f"medians: ours {our:.3f} us, LEMON {their:.3f} us, ratio {our / their:.3f}")
    try:
        each, _ = or_tools(arcs, range(2000))
        print(f"OR-tools from Python: {each:.1f} us, ratio {our / each:.4f}")
    except ImportError:
        print("OR-tools is not installed: left out")


main()
