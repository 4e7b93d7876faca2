"""Which encoding a text is written in. Surveys of the region come in UTF-8, UTF-16, Windows-1252 and Windows-1256."""

import codecs
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from transforms.study import UnreadableFileError

CHUNK = 1 << 24
MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
WESTERN, ARABIC = "windows-1252", "windows-1256"
FIRST_LETTER = 0xC0  # from here on both code pages hold letters, below it mostly signs


@dataclass(frozen=True)
class Detected:
    """An encoding, and whether it was found by guessing between code pages."""

    name: str
    guessed: bool = False


def check_encoding(file: str, encoding: str) -> str:
    """The name by which Python knows `encoding`.

    Raises
    ------
    UnreadableFileError
        Where there is no such encoding.
    """
    try:
        return codecs.lookup(encoding).name
    except LookupError as error:
        fix = "Write, say, utf-8, windows-1252 or windows-1256, or leave encoding out to have it detected."
        raise UnreadableFileError(file, f"there is no encoding called {encoding}", fix) from error


def detect_encoding(path: Path) -> Detected:
    """Encoding by byte-order mark, by zero bytes, as valid UTF-8, or else the likelier of the two code pages."""
    with path.open("rb") as file:
        start = file.read(4096)
        for mark, name in MARKS:
            if start.startswith(mark):
                return Detected(name)
        if wide := wide_without_mark(start):
            return Detected(wide)
        file.seek(0)
        decoder = codecs.getincrementaldecoder("utf-8")()
        letters = neighbours = 0
        valid = True
        while chunk := file.read(CHUNK):
            valid = valid and _decodes(decoder, chunk)
            if not chunk.isascii():
                high = np.frombuffer(chunk, dtype=np.uint8) >= FIRST_LETTER
                letters, neighbours = letters + int(high.sum()), neighbours + _neighbours(high)
        valid = valid and _decodes(decoder, b"", final=True)
    if valid:
        return Detected("utf-8")
    return Detected(ARABIC if _is_arabic(letters, neighbours) else WESTERN, guessed=True)


def is_arabic_read_as_western(text: str) -> bool:
    """True where text that was read as Windows-1252 is Arabic in Windows-1256."""
    if text.isascii():
        return False
    codes = np.frombuffer(text.encode("utf-32-le"), dtype=np.uint32)
    high = (codes >= FIRST_LETTER) & (codes <= 0xFF)
    return _is_arabic(int(high.sum()), _neighbours(high))


def wide_without_mark(start: bytes) -> str | None:
    """UTF-16 that lacks its mark: zero bytes, and read as such almost all letters are plain or Arabic."""
    if b"\x00" not in start:
        return None
    even = start[: len(start) // 2 * 2]
    return next((name for name in ("utf-16-le", "utf-16-be") if _is_readable(even.decode(name, "ignore"))), None)


def _is_readable(text: str) -> bool:
    usual = sum(letter in "\t\r\n" or " " <= letter <= "\u024f" or "\u0600" <= letter <= "\u06ff" for letter in text)
    return usual > 0.9 * len(text)


def _decodes(decoder: codecs.IncrementalDecoder, chunk: bytes, final: bool = False) -> bool:
    try:
        decoder.decode(chunk, final)
    except UnicodeDecodeError:
        return False
    return True


def _neighbours(high: np.ndarray) -> int:
    """Letters beyond ASCII that stand beside another one."""
    beside = np.zeros_like(high)
    beside[1:] |= high[:-1]
    beside[:-1] |= high[1:]
    return int((high & beside).sum())


def _is_arabic(letters: int, neighbours: int) -> bool:
    """Accented letters of European words stand alone between plain ones; Arabic letters stand together."""
    return letters > 0 and neighbours > letters / 2
