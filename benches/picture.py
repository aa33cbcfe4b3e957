#!/usr/bin/env python3
"""Draws results.tsv as results.svg: bars on a logarithmic scale. Needs nothing but Python.

    python3 benches/picture.py
"""
import math
import pathlib
from html import escape

here = pathlib.Path(__file__).parent
lines = (here / "results.tsv").read_text().splitlines()
rows = [line.split("\t") for line in lines if line and not line.startswith("#")]
LEFT, TOP, ROW, WIDTH, DECADES = 190, 34, 26, 460, range(1, 6)


def across(nanoseconds):
    return LEFT + WIDTH * (math.log10(nanoseconds) - 1) / (len(DECADES) - 1)


height = TOP + ROW * len(rows) + 10
out = [
    f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {LEFT + WIDTH + 110} {height}" role="img" '
    'font-family="sans-serif" font-size="13">',
    "<title>Nanoseconds of one decision, logarithmic</title>",
    f'<rect width="100%" height="100%" fill="#fff"/>',
]
for decade in DECADES:
    x = across(10**decade)
    label = f"{10**decade:,} ns".replace(",", " ")
    out.append(f'<path d="M{x:.0f} {TOP - 8}V{height - 6}" stroke="#ddd"/>')
    out.append(f'<text x="{x:.0f}" y="18" text-anchor="middle" fill="#555">{label}</text>')
for number, (name, value) in enumerate(rows):
    y, end = TOP + ROW * number, across(float(value))
    fill = "#0b6e4f" if name == "ours" else "#9aa5b1"
    shown = f"{int(value):,}".replace(",", " ")
    out.append(f'<text x="{LEFT - 8}" y="{y + 14}" text-anchor="end">{escape(name)}</text>')
    out.append(f'<rect x="{LEFT}" y="{y}" width="{end - LEFT:.0f}" height="18" fill="{fill}"/>')
    out.append(f'<text x="{end + 6:.0f}" y="{y + 14}">{shown} ns</text>')
out.append("</svg>")
(here / "results.svg").write_text("\n".join(out) + "\n")
