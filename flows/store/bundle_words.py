"""Every word of a file, wherever a program may keep some: pages, parts of packed files, notes in pictures.

The letters of a PDF are drawn, glyph by glyph, from the document that the web page beside it comes from: its words are
searched there. What it says of itself, and where its links lead, is read from the PDF.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from transforms.prepare.personal_data import visible_text

TEXTS = {".json", ".lock", ".md", ".toml", ".txt"}
PACKED = {".docx", ".xlsx"}
MARKED_UP = (".xml", ".rels")
PARAGRAPHS = {"p", "si", "row", "comment", "author", "creator", "lastModifiedBy", "Manager", "Company"}
SIGNED = {"author", "creator", "lastmodifiedby", "manager", "company"}  # who made a file, in any case
READ_ATTRIBUTES = {"Target", "descr", "title", "name", "val", "tooltip", "author", "initials", "userId"}
STREAM = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.DOTALL)
SAID = re.compile(
    rb"/(Title|Author|Subject|Keywords|Creator|Producer|URI|F|UF)\s*(\((?:\\.|[^\\)])*\)|<[0-9A-Fa-f\s]*>)"
)
XMP = re.compile(rb"<x:xmpmeta.*?</x:xmpmeta>", re.DOTALL)
PRINTED = re.compile(rb"[\x20-\x7e]{6,}")
PNG, SCAN = b"\x89PNG\r\n\x1a\n", b"\xff\xda"  # a PNG's first bytes; where the picture of a JPEG begins


@dataclass(frozen=True, slots=True)
class Words:
    """Some text of a file. `maker` says that it names who made the file; `readable` is False where nobody can tell."""

    text: str
    maker: bool = False
    readable: bool = True


UNREADABLE = Words("", readable=False)


def words_of(path: Path) -> Iterator[Words]:
    """Words of a file of any kind but a table; `UNREADABLE` for a file, or a part of one, that cannot be searched."""
    yield from _words(path.suffix.lower(), path.read_bytes())


def _words(suffix: str, content: bytes) -> Iterator[Words]:
    try:
        if suffix in TEXTS:
            yield Words(content.decode("utf-8"))
        elif suffix == ".html":
            yield Words(visible_text(content.decode("utf-8")))
        elif suffix in PACKED:
            yield from _packed(content)
        elif suffix in MARKED_UP:
            yield from _marked_up(content)
        elif suffix == ".pdf":
            yield from _said_by_pdf(content)
        else:
            yield from _said_by_picture(content)
    except (UnicodeDecodeError, zipfile.BadZipFile, RuntimeError, ElementTree.ParseError, zlib.error, ValueError):
        yield UNREADABLE


def _packed(content: bytes) -> Iterator[Words]:
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        yield Words(parts.comment.decode("utf-8"))
        for name in (name for name in parts.namelist() if not name.endswith("/")):
            yield Words(name)
            yield from _words(f".{name.rpartition('.')[2].lower()}", parts.read(name))


def _marked_up(content: bytes) -> Iterator[Words]:
    """Text of every paragraph, cell and property as one, and attributes that hold words."""
    for element in ElementTree.fromstring(content).iter():
        name = _plain(element.tag)
        if name in PARAGRAPHS or not len(element):
            yield Words("".join(_cells(element)), name.lower() in SIGNED)
        for key, value in element.attrib.items():
            if _plain(key) in READ_ATTRIBUTES:
                yield Words(value, _plain(key) == "author")


def _cells(element: ElementTree.Element) -> Iterator[str]:
    """Texts below an element; a row of a sheet has a tab between its cells."""
    for part in element.iter():
        yield ("\t" if _plain(part.tag) == "c" else "") + (part.text or "")


def _plain(name: str) -> str:
    """The name without its namespace."""
    return name.rpartition("}")[2]


def _said_by_pdf(content: bytes) -> Iterator[Words]:
    """What a PDF says of itself, and where its links lead."""
    if not content.startswith(b"%PDF-"):
        yield UNREADABLE
    if b"/Encrypt" in content:
        yield UNREADABLE
    for part in (content, *_unpacked(content)):
        for key, value in SAID.findall(part):
            yield Words(_pdf_text(value), key == b"Author")
        for told in XMP.findall(part):
            yield from _marked_up(told)


def _unpacked(content: bytes) -> Iterator[bytes]:
    """Streams of a PDF that hold objects or texts; those of pictures and glyphs fail to unpack, or say nothing."""
    for packed in STREAM.findall(content):
        try:
            yield zlib.decompress(packed)
        except zlib.error:
            continue


def _pdf_text(value: bytes) -> str:
    raw = bytes.fromhex(value[1:-1].decode("ascii")) if value.startswith(b"<") else _unescaped(value[1:-1])
    return raw[2:].decode("utf-16-be") if raw.startswith(b"\xfe\xff") else raw.decode("latin-1")


def _unescaped(value: bytes) -> bytes:
    octal = re.sub(rb"\\([0-7]{3})", lambda found: bytes([int(found[1], 8) & 255]), value)
    return re.sub(rb"\\(.)", rb"\1", octal, flags=re.DOTALL)


def _said_by_picture(content: bytes) -> Iterator[Words]:
    """Notes beside a PNG's picture, or what stands before a JPEG's; any other kind is unreadable."""
    if content.startswith(PNG):
        yield from _png_notes(content)
    elif content.startswith(b"\xff\xd8"):
        yield from (Words(found.decode("ascii")) for found in PRINTED.findall(content.partition(SCAN)[0]))
    else:
        yield UNREADABLE


def _png_notes(content: bytes) -> Iterator[Words]:
    at = len(PNG)
    while at < len(content):
        length, kind = int.from_bytes(content[at : at + 4]), content[at + 4 : at + 8]
        chunk, at = content[at + 8 : at + 8 + length], at + 12 + length
        if kind in (b"tEXt", b"zTXt", b"iTXt"):
            key, _, note = chunk.partition(b"\0")
            packed = kind == b"zTXt" or (kind == b"iTXt" and note[:1] == b"\1")
            text = zlib.decompress(note[note.find(b"\x78") :]) if packed else note
            yield Words(text.decode("utf-8", errors="replace").strip("\0"), key.lower() in (b"author", b"creator"))
        elif kind == b"eXIf":
            yield from (Words(found.decode("ascii")) for found in PRINTED.findall(chunk))
