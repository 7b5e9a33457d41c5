# SPDX-License-Identifier: Apache-2.0
"""What an agent writes when it is asked for "a plot of the sales by month": reads /input/sales.csv,
writes /output/sales.png."""
import csv
from collections import defaultdict

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt

total = defaultdict(float)
with open("/input/sales.csv", newline="") as file:
    for row in csv.DictReader(file):
        total[row["region"], int(row["month"])] += float(row["amount"])

figure, axes = plt.subplots(figsize=(8, 5))
for region in sorted({region for region, _ in total}):
    axes.plot(range(1, 13), [total[region, month] for month in range(1, 13)], marker="o", label=region)
axes.set_xlabel("month")
axes.set_ylabel("sales")
axes.set_title("Sales by region")
axes.legend()
figure.savefig("/output/sales.png", dpi=100)
print("saved", len(total), "points")
