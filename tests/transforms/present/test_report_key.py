"""What the report says of the scoring key: whose unit, every number, where it comes from, what was accepted."""

from dataclasses import replace

import pandas as pd
import pytest

from transforms.measure.key_changes import CHANGES, KINDS, KeyChange, changes_table

REFERENCE = 'reference = { wave = "after", where = { sex = [1, "men"] } }'
LABEL = 'label = { en = "Vertical cohesion", ar = "التماسك العمودي" }'


def origin(key, where="baseline", before=None):
    return pd.DataFrame([{"origin": where, "sha256": key.sha256, "sha256_before": before}])


def test_the_key_in_numbers(told):
    rows = told.rows("methods", "scoring key in numbers")
    near = next(item for item in told.results.key.items if item.name == "near")
    assert rows["near"] == ["+", "1", "4", f"{near.mean:.3f}", f"{near.sd:.3f}", ""]
    trust = told.results.key.indices[0].dimensions[0]
    assert rows["Trust"] == ["", "", "", f"{trust.mean:.3f}", f"{trust.sd:.3f}", str(trust.minimum_items)]


def test_a_small_reference_group_is_not_shown(tell, results):
    few = results.key.reference.model_copy(update={"n": 9})
    told = tell(replace(results, key=results.key.model_copy(update={"reference": few})))
    assert told.rows("methods", "scoring key in numbers")["near"][3:5] == ["[c]", "[c]"]


def test_a_pinned_key_is_said_to_be_one(tell, results):
    assert "made by an earlier run" not in tell(results).words("methods")
    told = tell(replace(results, tables={"key_origin": origin(results.key, "study")}))
    assert "made by an earlier run or by somebody else" in told.words("methods")


@pytest.mark.parametrize(("n", "before"), [(100, ["0.500", "0.512"]), (9, ["[c]", "[c]"])])
def test_accepted_changes_are_listed(tell, results, n, before):
    changes = (
        KeyChange("reference", "", "n", 101, 100),
        KeyChange("item", "near", "mean_sd", 0.5, 0.512),
        KeyChange("index", "vertical", "weights"),
        KeyChange("index", "vertical", "mean_sd", 0.0, 0.0),
    )
    few = results.key.model_copy(update={"reference": results.key.reference.model_copy(update={"n": n})})
    tables = {"key_origin": origin(few, before="e" * 64), "key_changes": changes_table(changes)}
    told = tell(replace(results, tables=tables, key=few))
    table = told.table("methods", "What changed in the scoring key")
    assert table[1] == ["Item", "near", "mean or standard deviation", *before]
    assert table[2] == ["Index", "vertical", "weights", "–", "–"]
    assert table[3][3:] in (["–", "–"], ["[c]", "[c]"]), "no change is shown that the digits do not show"
    assert table[0][:3] == ["Reference group", "", "number of people"]
    words = told.words("methods")
    assert "not in the same units" in words
    assert "e" * 64 in words


def test_a_question_hidden_in_the_key_is_hidden_among_its_changes(tell, results):
    """One of the reference group's answers to `near` is hidden: neither its mean nor the one before may tell it."""
    reference = results.key.reference
    here = (results.distributions["item"] == "near") & (results.distributions["wave"] == reference.wave)
    rows = results.distributions.index[here & (results.distributions["arm"] == reference.arm)]
    few = results.distributions.assign(n=results.distributions["n"].mask(results.distributions.index == rows[0], 3))
    changes = changes_table([KeyChange("item", name, "mean_sd", 0.5, 0.512) for name in ("near", "fair")])
    told = tell(replace(results, distributions=few, tables={"key_changes": changes}))
    near, fair = told.table("methods", "What changed in the scoring key")[:2]
    assert near[3:] == ["[c]", "[c]"] == told.rows("methods", "scoring key in numbers")["near"][3:5]
    assert fair[3:] == ["0.500", "0.512"]
    assert told.rows("methods", "scoring key in numbers")["fair"][3] != "[c]"


@pytest.mark.parametrize(
    ("n", "where", "shown", "why"),
    [
        (180, {}, "180 people", "the whole arm"),
        (100, {"sex": (1,)}, "100 people", "neither they nor the others are few"),
        (9, {"sex": (1,)}, "[c] people", "few"),
        (175, {"sex": (1,)}, "[c] people", "five others follow from the table of respondents"),
    ],
)
def test_a_reference_group_is_counted_unless_that_tells_of_few(tell, results, n, where, shown, why):
    reference = results.key.reference.model_copy(update={"n": n, "where": where})
    told = tell(replace(results, key=results.key.model_copy(update={"reference": reference})))
    assert shown in told.words("methods"), why


def test_few_people_before_are_not_told_by_a_change(tell, results):
    changes = changes_table([KeyChange("reference", "", "n", 7, 180)])
    told = tell(replace(results, tables={"key_changes": changes}))
    assert told.table("methods", "What changed in the scoring key")[0][3:] == ["[c]", "180"]


def test_a_change_without_a_key_before(tell, results):
    tables = {"key_changes": changes_table([KeyChange("item", "near", "added")])}
    assert "Before: " not in tell(replace(results, tables=tables)).words("methods")


def test_the_reference_group_of_an_index_by_its_labels(make_study, make_results, tell):
    study = make_study((LABEL, f'{LABEL}\nrule = "flat"\nrescale = false\ncomplete_cases = true\n{REFERENCE}'))
    results = make_results(study)
    words = tell(results, study).words("methods")
    assert "Reference group: Vertical cohesion" in words
    assert "Everyone, Endline 2022, Sex: Women and Men: 360 people" in words
    assert "its standard deviation is not 1" in words
    assert "if at least 100\u00a0% of them" in words, "complete cases"
    pinned = results.key.indices[0].reference.model_copy(update={"where": {"elsewhere": (1,)}})
    index = results.key.indices[0].model_copy(update={"reference": pinned})
    key = results.key.model_copy(update={"indices": (index, *results.key.indices[1:])})
    assert "elsewhere: 1" in tell(replace(results, key=key), study).words("methods")


def test_an_additive_index_is_described(make_study, make_results, tell):
    study = make_study((LABEL, f'{LABEL}\nrule = "additive"'))
    assert "each from 0 (the least cohesive answer) to 1" in tell(make_results(study), study).words("methods")


def test_every_change_has_words(sentences):
    for language in ("en", "ar"):
        say = sentences(language)
        assert not [name for name in CHANGES if say.find(f"key_changes.{name}") is None]
        assert not [name for name in KINDS if say.find(f"methods.kind_{name}") is None]
