"""What looks like personal data is found in every corner of a file in which a program may keep words."""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from flows.store.bundle_scan import rules_of_path, scan_file

PHONE, MAIL = "0791234567", "amal@example.org"
CORE = '<coreProperties xmlns:dc="d"><dc:creator>{}</dc:creator></coreProperties>'


def word(change: Callable[..., None]) -> bytes:
    from docx import Document

    document, made = Document(), io.BytesIO()
    change(document)
    document.save(made)
    return made.getvalue()


def in_runs(document) -> None:
    paragraph = document.add_paragraph("call 079")
    paragraph.add_run("123").bold = True
    paragraph.add_run("4567")


def as_header(document) -> None:
    document.sections[0].header.paragraphs[0].text = PHONE


def as_author(document) -> None:
    document.core_properties.author = "Amal"


def as_picture(document) -> None:
    document.add_picture(io.BytesIO(png(b"tEXt", b"Comment\0" + MAIL.encode())))


def sheet(write: Callable[..., None], **properties: str) -> bytes:
    import xlsxwriter

    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True}) as book:
        book.set_properties({"author": "tamasuk", **properties})
        write(book.add_worksheet())
    return made.getvalue()


def packed(**parts: str | bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("word/", "")
        for name, content in parts.items():
            archive.writestr(name.replace("__", "."), content)
    return made.getvalue()


def png(kind: bytes, content: bytes) -> bytes:
    """A picture of one point, with a note."""

    def chunk(name: bytes, inside: bytes) -> bytes:
        return struct.pack(">I", len(inside)) + name + inside + struct.pack(">I", zlib.crc32(name + inside))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    return (
        b"\x89PNG\r\n\x1a\n"
        + head
        + chunk(kind, content)
        + chunk(b"IDAT", zlib.compress(b"\0\0"))
        + chunk(b"IEND", b"")
    )


def pdf(said: bytes) -> bytes:
    return b"%PDF-1.7\n" + said + b"\n%%EOF\n"


def stream(content: bytes) -> bytes:
    return b"1 0 obj\n<< >>\nstream\n" + content + b"\nendstream\nendobj"


FOUND = [
    ("a.docx", word(in_runs), "telephone", "in runs of one paragraph"),
    ("a.docx", word(as_header), "telephone", "in the header of a page"),
    ("a.docx", word(as_author), "author", "who wrote it"),
    ("a.docx", word(as_picture), "email", "in a note of a picture"),
    ("a.docx", packed(a__xml=f"<comments><t>{PHONE}</t></comments>"), "telephone", "in a comment"),
    ("a.docx", packed(a__xml='<p author="Amal">x</p>'), "author", "who changed it"),
    ("a.docx", packed(a__xml=CORE.format("Amal")), "author", "who is said to have made it"),
    ("a.docx", packed(a__rels=f'<r Target="mailto:{MAIL}"/>'), "email", "where a link leads"),
    ("a.docx", packed(**{f"{PHONE}__xml": "<p/>"}), "telephone", "in the name of a part"),
    ("a.docx", packed(a__jpg=b"\xff\xd8\xff\xe1Exif " + MAIL.encode() + b"\xff\xda"), "email", "beside a photograph"),
    ("a.docx", packed(a__emf=b"??"), "unreadable", "a kind that is not known"),
    ("a.docx", packed(a__xml="<p>"), "unreadable", "a broken part"),
    ("a.docx", b"no archive", "unreadable", "a broken file"),
    ("a.xlsx", sheet(lambda page: page.write_string(0, 0, PHONE)), "telephone", "in a text"),
    ("a.xlsx", sheet(lambda page: page.write_number(3, 2, 9871234567)), "national_number", "in a number"),
    ("a.xlsx", sheet(lambda page: page.write_comment(0, 0, PHONE, {"author": "tamasuk"})), "telephone", "in a remark"),
    ("a.xlsx", sheet(lambda page: page.write_comment(0, 0, "x", {"author": "Amal"})), "author", "who remarked it"),
    ("a.xlsx", sheet(lambda page: page.write(0, 0, "x"), manager="Amal"), "author", "whose it is"),
    ("a.xlsx", sheet(lambda page: page.write(0, 0, "x"), comments=PHONE), "telephone", "in its description"),
    ("a.pdf", pdf(b"<< /Author (Amal) >>"), "author", "who wrote it"),
    ("a.pdf", pdf(b"<< /Title (" + b"\xfe\xff" + PHONE.encode("utf-16-be") + b") >>"), "telephone", "in two bytes"),
    ("a.pdf", pdf(b"<< /Title <FEFF" + PHONE.encode("utf-16-be").hex().encode() + b"> >>"), "telephone", "in hex"),
    ("a.pdf", pdf(rb"<< /Subject (\(079\) 123\0404567) >>"), "telephone", "with escapes"),
    ("a.pdf", pdf(b"<< /URI (mailto:" + MAIL.encode() + b") >>"), "email", "where a link leads"),
    ("a.pdf", pdf(stream(zlib.compress(b"<< /Author (Amal) >>"))), "author", "in a packed object"),
    ("a.pdf", pdf(b"<x:xmpmeta xmlns:x='x'><creator><Seq><li>Amal</li></Seq></creator></x:xmpmeta>"), "author", "XMP"),
    ("a.pdf", pdf(b"<< /Encrypt 1 0 R >>"), "unreadable", "locked"),
    ("a.pdf", b"<html>", "unreadable", "no PDF"),
    ("a.png", png(b"tEXt", b"Author\0Amal"), "author", "who drew it"),
    ("a.png", png(b"tEXt", b"Comment\0" + MAIL.encode()), "email", "a note"),
    ("a.png", png(b"zTXt", b"Comment\0\0" + zlib.compress(PHONE.encode())), "telephone", "a packed note"),
    ("a.png", png(b"iTXt", b"Comment\0\0\0en\0\0" + "٠٧٩١٢٣٤٥٦٧".encode()), "telephone", "a note in any script"),
    ("a.png", png(b"iTXt", b"Comment\0\1\0en\0\0" + zlib.compress(PHONE.encode())), "telephone", "the same, packed"),
    ("a.png", png(b"eXIf", b"MM\0*" + MAIL.encode()), "email", "of a camera"),
    ("a.bin", b"??", "unreadable", "a kind that is not known"),
    ("a.md", b"\xff\xfe", "unreadable", "a text in no known writing"),
    ("a.html", f"<p>{PHONE}</p>".encode(), "telephone", "a page"),
    ("a.csv", f"x\n{PHONE}\n".encode(), "telephone", "a table"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "content", "rule", "why"), FOUND, ids=[f"{row[0]}: {row[3]}" for row in FOUND])
def test_words_are_found(name: str, content: bytes, rule: str, why: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(content)
    assert rule in {hit.rule for hit in scan_file(tmp_path / name)}, why


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("a.docx", word(lambda document: document.add_paragraph("an effect of +0.21 (0.10 to 0.32)")), "a text"),
        ("a.xlsx", sheet(lambda page: page.write_number(0, 0, 0.3499570456988831)), "a number"),
        ("a.xlsx", sheet(lambda page: page.write_row(0, 0, [31, 57, 14, 12345, 67890])), "numbers beside each other"),
        ("a.pdf", pdf(b"<< /Creator (Typst) /Author (tamasuk) >>" + stream(b"\0\1") + stream(zlib.compress(b"0 0 m"))),
         "a drawing"),
        ("a.png", png(b"tEXt", b"Software\0Matplotlib version 3.11.2, https://matplotlib.org/"), "what drew it"),
    ],
)  # fmt: skip
def test_results_are_left_in_peace(name: str, content: bytes, why: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(content)
    assert list(scan_file(tmp_path / name)) == [], why


@pytest.mark.parametrize(
    ("name", "rules"),
    [
        ("report/report.en.pdf", ()),
        ("tables/wave_2020-10-05.csv", ()),
        ("study/0791234567.csv", ("telephone", "national_number")),
        ("079_123_4567/a.csv", ("telephone", "national_number")),
        ("study/amal@example.org.csv", ("email",)),
    ],
)
def test_names_of_files_and_folders_are_searched(name: str, rules: tuple[str, ...]) -> None:
    assert rules_of_path(Path(name)) == rules
