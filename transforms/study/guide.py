"""docs/study-file.md, from the typed model: every setting, every column, and a small study that is complete."""

from collections.abc import Iterator, Mapping
from typing import Any, get_type_hints

from transforms.study.columns import DESIGN_COLUMNS, MISSING_SUFFIX, POMP_SUFFIX
from transforms.study.corrections import CORRECTION_COLUMNS, SIGNATURE
from transforms.study.group_words import GROUP_COLUMNS
from transforms.study.plain_types import bounds, plain_default, plain_type, section_model
from transforms.study.settings import REASONS, Settings
from transforms.study.study import StudySettings
from transforms.study.tables import CODEBOOK_COLUMNS, RECODE_COLUMNS, SCALE_COLUMNS

OPENING = """# A study is a folder

Everything the pipeline knows about a study stands in a folder below `data/raw/`. No code is needed.

| file | what it is |
|---|---|
| `study.toml` | who, when, where, the design, the indices, the limits |
| `codebook.csv` | one row for each variable, one column for each wave: the name of the variable in that wave's file |
| `scales.csv` | the answers of each scale; not needed where every scale is a range such as `1-5` |
| `recodes.csv` | values to replace; not needed where there are none |
| `groups.csv` | words that differ by who is asked, for marks such as `{out}` in the wording; not needed without marks |
| `corrections.csv` | the log of corrections: what is wrong in the files; not needed where nothing is |
| `scoring_key.json` | the scoring key of an earlier run, to keep its units; not needed, and never edited by hand |
| data files | as received: `.sav`, `.zsav`, `.por`, `.dta`, `.csv`, `.tsv`, `.xlsx` |

Tables may be CSV (UTF-8; comma, semicolon or tab) or XLSX. `tamasuk check STUDY` lists everything that is wrong, all at
once, with file, row and what to do. What the tables do not name is dropped when a file is read.

*This page is made from the program by `make docs`.*
"""
WAVE_COLUMN = {"(name of a wave)": "One column for each wave: the variable's name in its file. Empty: not asked there."}
NEEDED_OF_A_CORRECTION: set[str] = {"respondent", "variable", "old_value", "new_value", *SIGNATURE}
READING = """## How an answer is read

1. A recode for this wave goes before one for every wave; a value is recoded once.
2. An answer is missing if the file says so (user-missing, Stata tags), if the codebook or `[missing]` lists its code,
   or if its label says so in common English or Arabic ("Don't know", "Refused"). The reason is kept; it is never zero.
3. What remains is a code of the scale, or a label of it in any language. `3-Agree` is 3; ٣ is 3.
4. A number outside its scale (`out_of_range`), and words that match nothing (`not_coded`), are problems that stop the
   study, unless a waiver is signed for them. The checks count them and never show them; `problem_rows.csv` has the
   rows, and `close_to` in `problems.csv` the words of the scale they come near to.
"""
CORRECTING = """## How a correction is read

1. A line is one decision about one answer, or about a whole interview (`remove`). Files in `data/raw` stay as they are:
   every run replays the log on them before it keeps, counts or checks anything. Without the line, the file's answer
   is back.
2. The interview is found by the respondent's identifier as the file has it, or by `row`; where both stand they must
   agree. `problem_rows.csv` of a run has wave and row.
3. `old_value` and `new_value` are written as the wave's file would write them, and read like it: a code, or its label
   there or in the scale; recodes apply. `98`, `.a` or `Refused` is an answer missing for that reason, an empty cell one
   that is missing without any. A file's `24.0` is 24.
4. A line whose old value is not what the file holds is refused, and so is a new value the codebook does not allow. All
   of them are told at once, by file and row of the log; what stands there is not repeated. Nothing is estimated then.
5. Several lines on one answer follow each other in the order of the log: the old value of the second is the new one of
   the first. A line that says again what one before it said is counted and does nothing.
6. Every variable that reads the column gets the new answer. A line on a column none reads is counted as not used.
7. A cleaning log of another form, such as REACH's, is read by naming its columns:

```toml
[corrections]
file = "cleaning_log.xlsx"
who = "Field team"                       # where the log does not say

[corrections.columns]
respondent = "uuid"
variable = "question"
action = "change_type"
when = "date"
```
"""
LOCKING = """## The plan, locked

`tamasuk lock STUDY` writes `study.lock` beside `study.toml`, before the last wave's data are there: every setting of
the plan with its value, and a SHA-256 over them. Every run then names what differs: `effects.minimum_cell: 30 -> 20`.
Declare such a change, with its reason, under `[[deviations]]`: `setting` is the name in that table, or the section it
stands in (`effects`, `codebook.V1_02`). An undeclared one is a warning in the report.

- **Plan:** the waves in their order, the question, the seed, design, indices, measures, effects, raking, limits, power,
  what is kept and what is missing; of the codebook the names, types, wording, scales, directions, indices, dimensions,
  roles, missing codes, and the waves a variable is asked in; scales; recodes.
- **No plan:** title, labels, the question's translation, programme, funder; names and form of files, and of the columns
  in them; languages, formats, alerts, the interviewer, how many runs are kept; variables that are dates or text;
  back-checks; waivers, deviations and corrections, which are signed by themselves and stand in the report.
- A setting that a later tamasuk brings is a difference only where the study sets it off its default.
- `tamasuk lock STUDY --again` locks a changed plan; earlier locks stay in the file. A run is held against the last lock
  made before any data of the last wave were there, or the first one if there is none.
- A lock proves when it was made only to those who know its SHA-256 from that day: leave it with somebody else.
"""


def study_guide(example: Mapping[str, str]) -> str:
    """The page, in Markdown. `example` holds the files of a complete small study by name."""
    return "\n".join([OPENING, *_example(example), *_settings(), *_tables(), READING, CORRECTING, LOCKING, *_names()])


def _example(example: Mapping[str, str]) -> Iterator[str]:
    yield "## A small study, complete\n"
    for name, text in example.items():
        language = "toml" if name.endswith(".toml") else "csv"
        yield f"`{name}`\n\n```{language}\n{text.strip()}\n```\n"


def _settings() -> Iterator[str]:
    yield "## study.toml\n"
    yield "A setting that is not listed here is an error, so that a slip of the pen is never ignored. A short name"
    yield "starts with a letter and holds letters, digits and underscores.\n"
    for heading, model in sections(StudySettings):
        yield f"### {heading or 'At the top'}\n"
        if heading and model.__doc__:
            yield f"{model.__doc__.strip()}\n"
        yield "| setting | is | default | means |\n|---|---|---|---|"
        yield from _rows(model)
        yield ""


def sections(model: type[Settings], path: str = "", several: bool = False) -> Iterator[tuple[str, type[Settings]]]:
    """Heading, as `[design]` or `[[waves]]`, and model of every section, the top (without heading) first."""
    yield (f"`[[{path}]]`" if several else f"`[{path}]`") if path else "", model
    for name, hint in get_type_hints(model, include_extras=True).items():
        if name in model.model_fields and (inner := section_model(hint)) is not None:
            yield from sections(inner[0], f"{path}.{name}" if path else name, inner[1])


def _rows(model: type[Settings]) -> Iterator[str]:
    hints = get_type_hints(model, include_extras=True)
    for name, field in model.model_fields.items():
        inner = section_model(hints[name])
        kind = ("sections" if inner[1] else "section") if inner else plain_type(hints[name]) + bounds(field)
        default = plain_default(field) if inner is None or field.is_required() else "see there"
        yield f"| `{name}` | {_cell(kind)} | {_cell(default)} | {_cell(field.description or '')} |"


def _tables() -> Iterator[str]:
    tables: dict[str, tuple[Mapping[Any, str], set[str]]] = {
        "codebook.csv": (CODEBOOK_COLUMNS | WAVE_COLUMN, {"variable", *WAVE_COLUMN}),
        "scales.csv": (SCALE_COLUMNS, {"scale", "code", "label_en"}),
        "recodes.csv": (RECODE_COLUMNS, {"variable", "old", "new"}),
        "groups.csv": (GROUP_COLUMNS, {"group", "mark", "words_en"}),
        "corrections.csv": (CORRECTION_COLUMNS, NEEDED_OF_A_CORRECTION),
    }
    for file, (columns, needed) in tables.items():
        yield f"## {file}\n"
        yield "| column | holds |\n|---|---|"
        for name, words in columns.items():
            yield f"| `{name}`{', **needed**' if name in needed else ''} | {_cell(words)} |"
        yield ""


def _names() -> Iterator[str]:
    yield "## Names and words\n"
    yield f"- Reasons why an answer is missing: {', '.join(f'`{reason}`' for reason in REASONS)}."
    kept = ", ".join(f"`{column}`" for column in DESIGN_COLUMNS)
    yield f"- Names of the design, which a variable has only if `[design]` says it is that: {kept}."
    yield f"- A name cannot end in `{MISSING_SUFFIX}` or `{POMP_SUFFIX}`."
    yield "- The checks a waiver can speak of: [validation.md](validation.md).\n"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
