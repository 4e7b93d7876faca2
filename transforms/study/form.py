"""Wording a study's tables leave empty, taken from the form the answers were collected with (XLSForm: Kobo, ODK)."""

from collections.abc import Iterable, Mapping, Sequence

Row = Mapping[str, str]
LANGUAGES = {"en": ("english", "(en)"), "ar": ("arabic", "(ar)", "العربية")}


def form_label(row: Row, language: str) -> str:
    """Label of a form's row in `language`; a form in one language has a column called just `label`."""
    for column, text in row.items():
        heading = column.lower()
        if heading.startswith("label") and any(word in heading for word in LANGUAGES[language]):
            return text.strip()
    return row.get("label", "").strip() if language == "en" else ""


def _filled(row: Row, words: Mapping[str, str]) -> Row:
    return {**row, **{column: row.get(column) or text for column, text in words.items()}}


def _questions(codebook: Sequence[Row], survey: Iterable[Row], waves: Sequence[str]) -> list[Row]:
    asked = {row.get("name", ""): row for row in survey}
    filled = []
    for row in codebook:
        names = (row.get(wave) or "" for wave in waves)
        question = next((asked[name] for name in names if name and name in asked), None)
        words = {f"text_{language}": form_label(question or {}, language) for language in LANGUAGES}
        filled.append(_filled(row, words))
    return filled


def _answers(scales: Sequence[Row], choices: Iterable[Row]) -> list[Row]:
    known = {(row.get("list_name", ""), row.get("name", "")): row for row in choices}
    filled = []
    for row in scales:
        choice = known.get((row.get("scale") or "", row.get("name") or row.get("code") or ""))
        words = {f"label_{language}": form_label(choice or {}, language) for language in LANGUAGES}
        filled.append(_filled(row, words))
    return filled


def with_form(tables: Mapping[str, Sequence[Row]], waves: Sequence[str]) -> dict[str, Sequence[Row]]:
    """The tables with the empty words filled from the form's sheets `survey` and `choices`, where those are given.

    A question is found by the name of its column in a wave's file, an answer by its scale (the form's list) and name.
    What a table says itself is never replaced.
    """
    return {
        **tables,
        "codebook": _questions(tables.get("codebook", ()), tables.get("survey", ()), waves),
        "scales": _answers(tables.get("scales", ()), tables.get("choices", ())),
    }
