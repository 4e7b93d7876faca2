"""Afrobarometer Mali: a baseline and an endline of two regions, then four waves, from SPSS files as published."""

import numpy as np
import pytest

from flows.store import files
from transforms.impact.cells.compression import cluster_moments, compress
from transforms.impact.inference.least_squares import fit


def test_two_rounds_give_the_published_difference(run, estimates) -> None:
    effect = estimates(run("mali_two_rounds")).query("group == 'all'").iloc[0]
    assert (effect.model, effect.governorate, effect.unit) == ("did", "pooled", "points")
    assert round(effect.estimate, 6) == 0.018450
    assert effect.n == 740


def test_two_regions_get_no_p_value_and_the_report_says_why(run, estimates) -> None:
    paths = run("mali_two_rounds")
    found = estimates(paths)
    assert len(found)
    assert found[["std_error", "p_value", "conf_low", "conf_high"]].isna().all(axis=None)
    assert set(found.reason) == {"governorates_are_clusters"}
    assert set(found.status) == {"no_p_value"}
    report = paths.report("en").read_text(encoding="utf-8")
    assert "governorates are not clusters" in report.lower() or "whole governorates" in report.lower()


def test_744_people_were_asked_and_four_means_are_those_of_the_archive(run) -> None:
    paths = run("mali_two_rounds")
    scores = files.read_frame(paths.scores)
    assert len(scores) == 744
    means = scores.groupby(["arm", "wave"], observed=True).vertical.mean()
    expected = {
        ("comparison", "r6"): 1.384615,
        ("comparison", "r7"): 1.755869,
        ("treated", "r6"): 1.226190,
        ("treated", "r7"): 1.615894,
    }
    assert means.round(6).to_dict() == expected


def test_ordinary_standard_error_is_that_of_the_archive(run) -> None:
    scores = files.read_frame(run("mali_two_rounds").scores)
    cells = compress(scores, ["vertical"], ["arm", "wave"], "weight")
    treated = (cells.keys["arm"] == "treated").to_numpy(float)
    post = (cells.keys["wave"] == "r7").to_numpy(float)
    x = np.column_stack([np.ones(len(treated)), treated, post, treated * post])
    fitted = fit(cluster_moments(x, np.arange(len(treated)), cells))
    assert fitted.vcov_classical[0, 3, 3] ** 0.5 == pytest.approx(0.166092, abs=5e-7)


def test_missing_codes_the_file_does_not_declare_keep_their_reason(run) -> None:
    panel = files.read_frame(run("mali_two_rounds").panel)
    reasons = panel.loc[panel.trust_police.isna(), "trust_police__missing"]
    assert len(reasons) == 4
    assert set(reasons) <= {"dk", "refused", "blank"}


def test_four_rounds_give_one_effect_for_each_later_round(run, estimates) -> None:
    found = estimates(run("mali_four_rounds")).query("group == 'all'")
    assert list(found.wave) == ["r5", "r6", "r7"]
    scores = files.read_frame(run("mali_four_rounds").scores)
    means = scores.groupby(["arm", "wave"], observed=True).vertical.mean().unstack("arm")
    gap = means.treated - means.comparison
    expected = (gap - gap["r4"]).loc[["r5", "r6", "r7"]]
    assert found.estimate.to_numpy() == pytest.approx(expected.to_numpy(), abs=1e-12)
    two = estimates(run("mali_two_rounds")).query("group == 'all'").estimate.iloc[0]
    assert found.estimate.iloc[2] - found.estimate.iloc[1] == pytest.approx(two, abs=1e-12)


def test_the_old_encoding_of_round_four_is_found(run) -> None:
    manifest = files.read_json(run("mali_four_rounds").manifest)
    encodings = [wave["encoding"].lower() for wave in manifest["waves"]]
    assert encodings == ["windows-1252", "utf-8", "utf-8", "utf-8"]


def test_four_rounds_word_the_question_and_its_answers_alike(run) -> None:
    """Labels differ in their number ("Q49g." to "Q43g.") and in nothing else."""
    paths = run("mali_four_rounds")
    compared = {
        (verdict["wave"], outcome["check"]): (outcome["unexpected"], outcome["evaluated"])
        for verdict in files.read_json(paths.validation)["verdicts"]
        for outcome in verdict["outcomes"]
        if outcome["check"] in {"choices_changed", "wording_changed"}
    }
    assert set(compared.values()) == {(0, 1)}
    assert sorted(compared) == sorted(
        [(wave, "choices_changed") for wave in ("r4", "r5", "r6", "r7")]
        + [(wave, "wording_changed") for wave in ("r5", "r6", "r7")]
    )
