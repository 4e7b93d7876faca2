"""Figures as SVG text: forest plots, levels over time, bars of answers."""
