"""Draws how the cost of a solve grows with links and with classes: `python bench/flow/growth.py BINARY OUT.svg`.

BINARY is `oracle` built in release; needs matplotlib. The studies are made up: 8 classes while links grow, 1,200 links
while classes grow, 25 segments a class; each of 40 links is closed in turn.
"""

import os
import subprocess
import sys

import matplotlib

matplotlib.use("svg")
matplotlib.rcParams["svg.hashsalt"] = "growth"
from matplotlib import pyplot as plot  # noqa: E402

binary, target = sys.argv[1:3]
one_thread = {**os.environ, "RAYON_NUM_THREADS": "1"}
text = subprocess.run([binary, "growth"], check=True, capture_output=True, text=True, env=one_thread).stdout
print(text)
rows = [[float(word) for word in line.replace("|", " ").split()] for line in text.splitlines()[1:]]
figure, panels = plot.subplots(1, 2, figsize=(9, 3.6), layout="constrained")
for panel, (part, column, name) in zip(panels, ((rows[:7], 0, "links"), (rows[7:], 1, "policy classes"))):
    size = [row[column] for row in part]
    panel.loglog(size, [row[5] / 1e3 for row in part], "o-", color="#0072b2", label="from nothing")
    panel.loglog(size, [row[4] / 1e3 for row in part], "s-", color="#d55e00", label="from the base")
    panel.set_xlabel(name)
    panel.set_ylabel("one solve, ms")
    panel.grid(True, which="major", color="#dddddd")
    panel.legend(frameon=False)
figure.savefig(target, metadata={"Date": None})
