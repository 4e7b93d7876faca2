"""docs/study-file.md is what the program says today, and the study it shows is a study."""

from flows.store.files import read_rows, read_study
from flows.store.guide import EXAMPLE, PAGE, TABLES, guide_text, main
from transforms.study.study import Study


def test_the_page_is_current():
    assert PAGE.read_text(encoding="utf-8") == guide_text(), "the model has changed: run `make docs`"


def test_the_page_is_written(tmp_path, monkeypatch):
    monkeypatch.setattr("flows.store.guide.PAGE", tmp_path / "page.md")
    main()
    assert (tmp_path / "page.md").read_text(encoding="utf-8") == guide_text()


def test_the_example_is_a_study():
    study = read_study(EXAMPLE)
    assert isinstance(study, Study)
    assert study.outcomes() == ("closeness", "closeness.contact", "closeness.trust")
    assert study.analysis == "did"
    assert all(read_rows(EXAMPLE / name) for name in TABLES)
