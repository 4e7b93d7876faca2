"""Words that differ by who is asked: "Syrians" to a host, "Jordanians" to a displaced person."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial

from transforms.study.findings import Findings, Rows, check_header, numbered
from transforms.study.instrument import Codebook, GroupWording, Variable
from transforms.study.problems import StudyProblem
from transforms.study.settings import Language, Text, Value
from transforms.study.suggest import did_you_mean, spelling

GROUP_COLUMNS = {
    "group": "Value of the variable that `design.group` names: its code, or its label.",
    "mark": "Name of the mark that the words replace: `out` for a `{out}` in the codebook's wording.",
    "words_en": "What is read out to this group.",
    "words_ar": "The same in Arabic.",
}
MARK = re.compile(r"(?<!\$)\{([A-Za-z][A-Za-z0-9_]*)\}")  # a form's ${name} is another person's answer, no mark
SEPARATORS: dict[Language, str] = {"en": "; ", "ar": "؛ "}
LANGUAGES: tuple[Language, ...] = ("en", "ar")

Words = Mapping[str, Mapping[str, Text]]  # mark -> English label of the group -> words


@dataclass(frozen=True, slots=True)
class _Groups:
    """The words, and the groups there are in the order of their scale."""

    labels: tuple[Text, ...]
    words: Words

    def asked(self, variable: Variable) -> tuple[Text, ...]:
        """Groups that are asked a question: all of them, unless it is put to one."""
        one = tuple(label for label in self.labels if spelling(label.en) == spelling(variable.asked_of))
        return one or self.labels


def with_group_words(
    codebook: Codebook, rows: Rows, group: str | None, places: tuple[str, str, Mapping[str, int]]
) -> tuple[Codebook, list[StudyProblem]]:
    """The codebook with every mark in its wording replaced by each group's words, and what is wrong with them.

    `rows` are the table of words, `group` the variable that says who belongs to which group; `places` the names of the
    table's file and of the codebook's, and the rows of the variables in that.
    """
    file, codebook_file, numbers = places
    findings, wording = Findings(file), Findings(codebook_file)
    known = next((variable for variable in codebook.variables if variable.name == group), None)
    if known is None:
        fix = "Name the variable there, or remove this table."
        findings.add(None, "group", "the design does not say who belongs to which group (design.group).", fix)
        return codebook, findings.problems
    labels = codebook.values_of(known.name)
    if not labels:
        findings.add(None, "group", f"{known.name} has no scale that lists the groups.", "Give it one in the codebook.")
        return codebook, findings.problems
    groups = _Groups(tuple(labels.values()), _parse(rows, labels, findings))
    for variable in (*codebook.variables, *codebook.of_children):
        for where, message, fix in _lacking(variable, groups):
            wording.add(numbers.get(variable.name), where, message, fix)
    problems = [*findings.problems, *wording.problems]
    if problems:
        return codebook, problems
    kinds = {"variables": codebook.variables, "of_children": codebook.of_children}
    filled = {kind: tuple(_filled(one, groups) for one in listed) for kind, listed in kinds.items()}
    return codebook.model_copy(update=filled), []


def _parse(rows: Rows, labels: Mapping[Value, Text], findings: Findings) -> Words:
    words: dict[str, dict[str, Text]] = {}
    if not check_header(rows, ("group", "mark", "words_en"), GROUP_COLUMNS, findings):
        return words
    names = {spelling(str(word)): text.en for code, text in labels.items() for word in (code, text.en, text.ar) if word}
    for number, row in numbered(rows):
        name = names.get(spelling(row["group"]))
        empty = next((column for column in ("group", "mark", "words_en") if not row[column]), None)
        if empty:
            findings.add(number, empty, "is empty.", "Fill it or remove the row.")
        elif name is None:
            fix = did_you_mean(row["group"], [text.en for text in labels.values()])
            findings.add(number, "group", f"there is no group called {row['group']}.", fix)
        elif name in words.setdefault(row["mark"], {}):
            findings.add(number, "mark", f"{row['mark']} stands twice for {name}.", "Keep one row.")
        else:
            words[row["mark"]][name] = Text(en=row["words_en"], ar=row.get("words_ar") or None)
    return words


def _marks(variable: Variable) -> Iterator[tuple[str, str]]:
    """Column and name of every mark in the wording of a variable."""
    texts = {"text_en": variable.text.en, "text_ar": variable.text.ar, "label_en": variable.label.en}
    texts["label_ar"] = variable.label.ar
    for column, text in texts.items():
        yield from ((column, mark) for mark in dict.fromkeys(MARK.findall(text or "")))


def _lacking(variable: Variable, groups: _Groups) -> Iterator[tuple[str, str, str]]:
    """Marks that nobody gives words for: column, message, what to do."""
    told: set[str] = set()
    for column, mark in _marks(variable):
        if mark in told:
            continue
        told.add(mark)
        if mark not in groups.words:
            yield column, f"there are no words for {{{mark}}}.", did_you_mean(mark, groups.words)
            continue
        absent = [label.en for label in groups.asked(variable) if label.en not in groups.words[mark]]
        if absent:
            yield (
                column,
                f"there are no words for {{{mark}}} when {', '.join(absent)} are asked.",
                "Add a row for each.",
            )


def _filled(variable: Variable, groups: _Groups) -> Variable:
    """A question whose words differ by group, for readers, and as each group hears it."""
    if not any(True for _ in _marks(variable)):
        return variable
    asked = groups.asked(variable)

    def heard(mark: str, language: Language) -> list[str]:
        return [groups.words[mark][label.en].read(language) for label in asked]

    def by_group(mark: str, language: Language) -> str:
        words = heard(mark, language)
        if len(set(words)) == 1:
            return words[0]
        pairs = zip(asked, words, strict=True)
        return f"[{SEPARATORS[language].join(f'{label.read(language)}: {word}' for label, word in pairs)}]"

    def listed(mark: str, language: Language) -> str:
        return " / ".join(dict.fromkeys(heard(mark, language)))

    def to_one(label: Text) -> GroupWording:
        text = _replaced(variable.text, lambda mark, language: groups.words[mark][label.en].read(language))
        return GroupWording(group=label, text=text)

    told = {"text": _replaced(variable.text, by_group), "label": _replaced(variable.label, listed)}
    return variable.model_copy(update={**told, "wordings": tuple(map(to_one, asked))})


def _replaced(text: Text, words: Callable[[str, Language], str]) -> Text:
    """The text with every mark replaced by its words."""
    written = {language: getattr(text, language) for language in LANGUAGES}
    return Text(
        **{language: part and MARK.sub(partial(_words, words, language), part) for language, part in written.items()}
    )


def _words(words: Callable[[str, Language], str], language: Language, match: re.Match[str]) -> str:
    return words(match[1], language)
