"""Text tables as they come out of forms, R, Excel and Windows programs."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.store.readers import read_raw
from flows.store.readers.delimited import BLOCK
from flows.store.readers.headers import name_columns
from transforms.study import UnreadableFileError

ARABIC = "الاسم,الحي,الثقة\nأحمد,الوحدات,أوافق\nليلى,القصبة,لا أوافق\n"
FRENCH = "id,région,réponse\n1,Ségou,élevé\n2,Kidal,très peu\n"


def write(folder, content, name="survey.csv", encoding="utf-8"):
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
@pytest.mark.parametrize("text", [ARABIC, FRENCH, "a,b,c\n1,2,x\n3,4,y\n"], ids=["Arabic", "French", "plain"])
def test_unicode_is_found(tmp_path, text, encoding):
    raw = read_raw(write(tmp_path, text, encoding=encoding))
    rows = [line.split(",") for line in text.splitlines()]
    assert list(raw.frame) == rows[0]
    assert raw.frame.to_numpy().tolist() == rows[1:]
    assert raw.notes == ()


@pytest.mark.parametrize(
    ("text", "encoding"), [(ARABIC, "windows-1256"), (FRENCH, "windows-1252")], ids=["Arabic", "French"]
)
def test_code_pages_are_found_and_said(tmp_path, text, encoding):
    path = write(tmp_path, text, encoding=encoding)
    raw = read_raw(path)
    assert raw.encoding == encoding
    assert raw.frame.to_numpy().tolist() == [line.split(",") for line in text.splitlines()[1:]]
    assert raw.notes == (f"the encoding {encoding} was found by its letters; name it in the study if words look wrong",)
    named = read_raw(path, encoding=encoding)
    assert named.notes == ()
    pd.testing.assert_frame_equal(named.frame, raw.frame)


def test_letters_far_down_the_file_count(tmp_path):
    text = "a,b\n" + "1,2\n" * 20_000 + "3,é\n"
    assert read_raw(write(tmp_path, text, encoding="windows-1252")).frame.b.iloc[-1] == "é"
    assert read_raw(write(tmp_path, text)).frame.b.iloc[-1] == "é"


@pytest.mark.parametrize("rows", [1, 400_000], ids=["in its first block", "far down"])
@pytest.mark.parametrize("encoding", ["utf-8", "ascii", "utf-16"])
def test_a_wrong_encoding_is_refused_without_quoting(tmp_path, encoding, rows):
    path = write(tmp_path, "a,b\n" + "x,y\n" * rows + "secret,é\n", encoding="windows-1252")
    with pytest.raises(
        UnreadableFileError, match=r"survey.csv cannot be read: it is not written in the encoding"
    ) as no:
        read_raw(path, encoding=encoding)
    assert "secret" not in str(no.value)


def test_an_encoding_nobody_knows(tmp_path):
    with pytest.raises(UnreadableFileError, match="there is no encoding called windows-1265"):
        read_raw(write(tmp_path, "a\n1\n"), encoding="windows-1265")


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("a;b\n1;x,y\n", "semicolons, as Excel writes in French and German"),
        ("a\tb\n1\tx,y\n", "tabs"),
        ("a|b\n1|x,y\n", "bars"),
        ('a,b\n1,"x,y"\n', "commas"),
        ("sep=;\na;b\n1;x,y\n", "Excel's hint goes first"),
        ('"sep=;"\r\na;b\r\n1;x,y\r\n', "in quotes, with the line ends of Windows"),
        ("a;b\r1;x,y\r", "the line ends of old Macs"),
    ],
)
def test_the_delimiter_is_found(tmp_path, content, why):
    for name in ("survey.csv", "survey.tsv"):
        raw = read_raw(write(tmp_path, content, name))
        assert raw.frame.to_dict("list") == {"a": ["1"], "b": ["x,y"]}, why


def test_the_hint_of_excel_in_two_bytes(tmp_path):
    assert read_raw(write(tmp_path, "sep=;\na;b\n1;2\n", encoding="utf-16")).frame.to_dict("list") == {
        "a": ["1"],
        "b": ["2"],
    }


def test_quotes_and_line_ends_inside_cells(tmp_path):
    raw = read_raw(write(tmp_path, '"a\nlong",b\n"1\n2","say ""yes"""\n3,\n'))
    assert list(raw.frame) == ["a\nlong", "b"]
    assert raw.frame.iloc[0].tolist() == ["1\n2", 'say "yes"']
    assert raw.frame.b.isna().tolist() == [False, True]


def test_everything_stays_text(tmp_path):
    raw = read_raw(write(tmp_path, "id,code,blank\n007,1.0,\n12345678901234567890,TRUE,NA\n"))
    assert raw.frame.dtypes.astype(str).unique().tolist() == ["str"]
    assert raw.frame.id.tolist() == ["007", "12345678901234567890"]
    assert raw.frame.code.tolist() == ["1.0", "TRUE"]
    assert raw.frame.blank[1] == "NA", "what NA means is for the study to say"


def test_a_quote_that_means_inches_is_no_harm(tmp_path):
    raw = read_raw(write(tmp_path, 'a,b\n1,a 6" pipe\n2,"closed"\n'))
    assert raw.frame.b.tolist() == ['a 6" pipe', "closed"]


def test_empty_rows_are_left_out_and_the_others_keep_their_place(tmp_path):
    raw = read_raw(write(tmp_path, "a,b\n1,2\n\n,\n3,4\n\n"))
    assert raw.frame.index.tolist() == [0, 3]
    assert raw.notes == ("3 empty rows were left out",)


@pytest.mark.parametrize(
    ("header", "names", "notes", "why"),
    [
        (["\ufeffstart", "end"], ["start", "end"], 0, "a byte-order mark"),
        (["X.U.FEFF.start", "end"], ["start", "end"], 0, "what R makes of it"),
        (["ï..start", "end"], ["start", "end"], 0, "what older R makes of it"),
        (["ï»¿start", "end"], ["start", "end"], 0, "what Windows shows of it"),
        (["a", "X.U.FEFF.b"], ["a", "X.U.FEFF.b"], 0, "only the first can have one"),
        (["", " a ", ""], ["column_1", "a", "column_3"], 1, "empty headers get their place"),
        (["a", "a", "a"], ["a", "a_2", "a_3"], 1, "repeated ones a number"),
        (["a", "a", "a_2"], ["a", "a_3", "a_2"], 1, "that nobody has"),
        (["", "column_1"], ["column_2", "column_1"], 1, "nor does anyone lose a name"),
        (["", "a", "a"], ["column_1", "a", "a_2"], 2, "both"),
    ],
)
def test_headers(header, names, notes, why):
    found, said = name_columns(header)
    assert found == names, why
    assert len(said) == notes, why


@given(st.lists(st.sampled_from(["", "a", "a_2", "a_3", "column_1", "column_2", " a"]), min_size=1, max_size=12))
def test_every_column_gets_a_name_of_its_own(header):
    names, _ = name_columns(header)
    assert len(set(names)) == len(header)
    assert all(names)


CELLS = st.text(st.characters(codec="utf-8", exclude_characters="\0\ufeff"), max_size=8)


@given(st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=8), st.sampled_from([",", ";", "\t", "|"]))
def test_what_is_written_is_read(tmp_path_factory, rows, delimiter):
    path = tmp_path_factory.mktemp("written") / "survey.csv"
    frame = pd.DataFrame([("1", *row) for row in rows], columns=["first", "second", "third"])
    frame.to_csv(path, index=False, sep=delimiter, quoting=1, lineterminator="\n")
    raw = read_raw(path, encoding="utf-8")
    pd.testing.assert_frame_equal(raw.frame.fillna(""), frame.astype("str"), check_dtype=False)


def test_only_the_columns_asked_for(tmp_path):
    raw = read_raw(write(tmp_path, "a,g/b,c\n1,2,3\n"), columns=["b", "absent"])
    assert raw.frame.to_dict("list") == {"g/b": ["2"]}
    assert raw.names == ("a", "g/b", "c")


@pytest.mark.parametrize(
    ("content", "reason", "why"),
    [
        ("Survey\na,b\n1,2\n", "Where the names of the columns stand in row 2, remove row 1", "a title above"),
        ("a,b\n1,2\nsecret,2,3\n", "row 3 has 3 cells where the header has 2", "a comma nobody put in quotes"),
        ("a,b\n1,2\nsecret\n", "row 3 has 1 cells where the header has 2", "a row cut short"),
        ("sep=;\na;b\n1;2\nsecret\n", "row 3 has 1 cells where the header has 2", "after Excel's hint"),
        ('a,b\n1,"secret\n2,3\n', "it ends inside quotes", "a file cut short"),
        ("\n1,2\n", "its first row holds no names", "no header"),
        (",\n1,2\n", "its first row holds no names", "an empty header"),
        (f"{'x' * 200_000},b\n1,2\n", "its first row is no row of names", "a header without end"),
        ("a,b\n", "it holds names but no rows of answers", "no answers"),
        ("a,b\n,\n", "it holds names but no rows of answers", "only empty answers"),
    ],
)
def test_refused_in_words_that_quote_nothing(tmp_path, content, reason, why):
    with pytest.raises(UnreadableFileError) as refused:
        read_raw(write(tmp_path, content))
    assert reason in str(refused.value), why
    assert "secret" not in str(refused.value), why
    assert refused.value.__cause__ is None or "secret" not in str(refused.value.__cause__), why
    assert refused.value.__suppress_context__ or refused.value.__context__ is None, why


def test_a_cell_longer_than_a_block(tmp_path):
    raw = read_raw(write(tmp_path, f"a,b\n1,{'x' * (BLOCK + 10)}\n2,y\n"))
    assert raw.frame.b.str.len().tolist() == [BLOCK + 10, 1]
