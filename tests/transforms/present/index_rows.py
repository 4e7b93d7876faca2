"""Rows of the tables about an index, as a run would leave them, and what the report says of them."""

from dataclasses import asdict, replace
from typing import Any

import pandas as pd

from transforms.measure.factors.invariance import InvarianceRow
from transforms.present.context import Context
from transforms.present.document import Table
from transforms.present.sections.index_verdict import verdict
from transforms.study.indices import Index

NAN = float("nan")
STEPS = ("configural", "metric", "scalar")
FAILS = {"holds": False, "misfits": "near, fair"}


def step(comparison: str, name: str, **values: Any) -> InvarianceRow:
    """A step that holds, unless told otherwise."""
    first = name == "configural"
    changes = {"cfi_change": NAN if first else -0.001, "rmsea_change": NAN if first else 0.002}
    fit = {
        "chi2": 12.5,
        "df": 8.0,
        "p_value": 0.13,
        "cfi": 0.98,
        "tli": 0.97,
        "rmsea": 0.03,
        "srmr": 0.04,
        "scaling": 1.1,
    }
    known = fit | {"rmsea_low": 0.01, "rmsea_high": 0.05} | changes
    about: dict[str, Any] = {"index": "vertical", "groups": 2, "n": 300, "items": 4, "holds": True, "status": "ok"}
    about |= {"estimator": "MLR", "complete": 260, "weighted": False, "clusters": 0}
    return InvarianceRow(**(about | known | {"comparison": comparison, "step": name} | values))


def missing(comparison: str, name: str, reason: str = "not_converged", n: int = 300) -> InvarianceRow:
    """A step without estimates."""
    return InvarianceRow("vertical", comparison, "MLR", name, 2, n, 0, 4, False, 0, reason=reason)


def ladder(comparison: str, **changed: dict[str, Any]) -> list[InvarianceRow]:
    """The three steps of a comparison, each changed as its name says."""
    return [step(comparison, name, **changed.get(name, {})) for name in STEPS]


def ordinal(rows: list[InvarianceRow]) -> list[InvarianceRow]:
    """The same steps of models of ordered answers."""
    return [replace(row, estimator="DWLS") for row in rows]


def frame(rows: list[Any]) -> pd.DataFrame:
    """A table of such rows, of the types a run keeps."""
    made = pd.DataFrame([asdict(row) for row in rows])
    return made.astype({"holds": "boolean"}) if "holds" in made else made


def vertical(context: Context) -> Index:
    """The index the rows are about."""
    return context.study.indices[0]


def told(context: Context) -> tuple[str, str]:
    """How the verdict on that index is meant, and its words."""
    found = verdict(context, vertical(context))
    return found.kind, " ".join(found.texts)


def tables_of(blocks: Any) -> dict[str, Table]:
    """The tables among some blocks, by caption."""
    return {block.caption: block for block in blocks if isinstance(block, Table)}
