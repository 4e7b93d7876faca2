"""The synthetic study of the benchmarks: two waves, two indices of four dimensions with two items each."""

from transforms.study import Study, parse_study

DIMENSIONS, ITEMS = ("a", "b", "c", "d"), 2
SETTINGS = """
id = "benchmark"
title = "SYNTHETIC"
question = "How does time grow?"
waves = [{ name = "before", file = "a.csv" }, { name = "after", file = "b.csv" }]
indices = [{ name = "vertical" }, { name = "horizontal" }]
[design]
kind = "cross-sections"
governorate = "place"
community = "village"
weight = "load"
group = "origin"
[design.treatment]
variable = "village"
values = ["x"]
"""
PANEL = 'kind = "panel"\nrespondent = "person"'


def study(*, panel: bool = False) -> Study:
    """The study; of a panel where the same people are asked again."""
    blank = {"scale": "", "index": "", "dimension": "", "role": ""}
    items = [
        blank | {"variable": f"{index[0]}{name}{at}", "type": "item", "scale": "1-5", "index": index, "dimension": name}
        | {"role": "headline"}
        for index in ("vertical", "horizontal") for name in DIMENSIONS for at in range(ITEMS)
    ]  # fmt: skip
    kinds = {"place": "category", "village": "category", "origin": "category", "load": "number"}
    kinds |= {"person": "identifier"} if panel else {}
    rows = [*items, *(blank | {"variable": name, "type": kind} for name, kind in kinds.items())]
    asked = [row | {"before": row["variable"], "after": row["variable"]} for row in rows]
    settings = SETTINGS.replace('kind = "cross-sections"', PANEL) if panel else SETTINGS
    return parse_study(settings, {"codebook": asked})
