"""What the readers of SPSS and Stata files share: calling pyreadstat, and turning its errors into words."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
from pyreadstat import PyreadstatError, ReadstatError

from flows.store.readers.dates import date_format, dates_as_text
from flows.store.readers.encodings import ARABIC, WESTERN, is_arabic_read_as_western
from transforms.prepare.raw import Code, select_columns
from transforms.study import UnreadableFileError

Parse = Callable[..., tuple[pd.DataFrame, Any]]

CUT_SHORT = ("expected number of rows", "Unable to read from file", "Unable to seek", "EOF")
FAULTS = (ReadstatError, PyreadstatError, OverflowError, ValueError)  # a wrong encoding is a ValueError, too
WRONG_ENCODING = ("convert", "encoding", "byte sequence")


@dataclass(frozen=True)
class Parsed:
    """What pyreadstat returned, and the encoding it was told to use (None: the one the file declares)."""

    frame: pd.DataFrame
    meta: Any
    encoding: str | None

    @property
    def encoding_name(self) -> str | None:
        """The encoding the text was read in, as far as it is known."""
        return self.encoding or self.meta.file_encoding


def parse_file(parse: Parse, path: Path, encoding: str | None, **options: object) -> Parsed:
    """Content and description of a file; one in an undeclared code page is read once more in the likelier one.

    Raises
    ------
    UnreadableFileError
        In words, where the file is damaged or its encoding cannot be found.
    """
    if encoding:
        return _call(parse, path, encoding, options)
    try:
        parsed = _parse(parse, path, None, options)
    except (UnicodeDecodeError, ReadstatError) as error:
        if not _is_encoding(error):
            raise _refusal(path, error) from None  # its message may quote a value
        parsed = _call(parse, path, WESTERN, options)
    except FAULTS as error:
        raise _refusal(path, error) from None  # its message may quote a value
    if parsed.encoding_name in {None, WESTERN} and _is_arabic(parsed):
        return _call(parse, path, ARABIC, options)
    return parsed


def _call(parse: Parse, path: Path, encoding: str, options: Mapping[str, object]) -> Parsed:
    try:
        return _parse(parse, path, encoding, options)
    except FAULTS as error:
        raise _refusal(path, error) from None  # its message may quote a value


def _parse(parse: Parse, path: Path, encoding: str | None, options: Mapping[str, object]) -> Parsed:
    given = {"encoding": encoding.upper()} if encoding else {}
    frame, meta = parse(str(path), disable_datetime_conversion=True, **given, **options)
    return Parsed(frame, meta, encoding)


def _is_encoding(error: Exception) -> bool:
    return isinstance(error, UnicodeDecodeError) or any(word in str(error) for word in WRONG_ENCODING)


def _refusal(path: Path, error: Exception) -> UnreadableFileError:
    """The reason in words. What pyreadstat says is passed on only where it cannot hold an answer."""
    if _is_encoding(error):
        fix = 'Name its encoding under [[waves]], as encoding = "windows-1252" or "windows-1256".'
        return UnreadableFileError(path.name, "its text is in another encoding than the file says", fix)
    if any(words in str(error) for words in CUT_SHORT):
        return UnreadableFileError(path.name, "it is cut short or damaged", "Copy or export it again.")
    reason = f"it is damaged, or uses a feature that is not known ({type(error).__name__})"
    return UnreadableFileError(path.name, reason, "Export it again, as .sav, .dta or .csv.")


def _is_arabic(parsed: Parsed) -> bool:
    """By labels first; by the text of answers where there are no labels beyond ASCII."""
    frame, meta = parsed.frame, parsed.meta
    labels = [label for labels in meta.variable_value_labels.values() for label in labels.values()]
    words = " ".join([*labels, *(label or "" for label in meta.column_labels)])
    if not words.isascii():
        return is_arabic_read_as_western(words)
    texts = [frame[name].dropna().unique()[:1000] for name in frame if isinstance(frame[name].dtype, pd.StringDtype)]
    return is_arabic_read_as_western(" ".join(str(text) for column in texts for text in column))


def choose_columns(names: list[str], wanted: Collection[str] | None) -> dict[str, list[str]]:
    """Argument of pyreadstat for the columns to read: at least one, so that the rows are counted."""
    if wanted is None:
        return {}
    return {"usecols": select_columns(wanted, names) or names[:1]}


def column_labels(meta: Any) -> dict[str, str]:
    """Labels of the columns that have one."""
    return {name: label for name, label in meta.column_names_to_labels.items() if label}


def value_labels(meta: Any) -> dict[str, dict[Code, str]]:
    """Value labels by column, with numbers as float and Stata's tags as letters."""
    return {
        name: {code if isinstance(code, str) else float(code): str(label) for code, label in labels.items()}
        for name, labels in meta.variable_value_labels.items()
    }


def typed_column(column: pd.Series, written: str, file: str) -> pd.Series:
    """A column as float64 or str; dates become ISO 8601 text."""
    if not pd.api.types.is_numeric_dtype(column.dtype):
        text = column.astype("str")
        return text.mask(text == "")
    numbers = column.astype("float64")
    found = date_format(written)
    return dates_as_text(numbers, found, file) if found else numbers
