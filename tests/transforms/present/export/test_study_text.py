"""`study.toml` leaves without comments, secrets and folders, and says the same otherwise."""

import tomllib

import pytest

from transforms.present.export.study_text import exported_study
from transforms.study import Study, StudySettings


@pytest.fixture
def settings(study: Study) -> StudySettings:
    return study.settings


@pytest.mark.parametrize(
    ("text", "left", "why"),
    [
        ("# Hala\na = 1\n", "a = 1\n", "a line of its own goes whole"),
        ("a = 1\n  # Hala\nb = 2", "a = 1\nb = 2", "with spaces before it"),
        ("a = 1  # Hala\n", "a = 1\n", "behind a value"),
        ("a = 1\n# Hala", "a = 1\n", "at the end of the file"),
        ('a = "# no comment" # Hala', 'a = "# no comment"', "a string keeps what it holds"),
        ('a = "say \\"#1\\"" # Hala', 'a = "say \\"#1\\""', "with marks in it"),
        ("a = '# no \\' # Hala", "a = '# no \\'", "a string as it is has no escapes"),
        ('a = """\n# no "comment"\n""" # Hala', 'a = """\n# no "comment"\n"""', "in a string of many lines"),
        ("a = '''\n# no 'comment'\n''''# Hala", "a = '''\n# no 'comment'\n''''", "one that ends with a mark"),
        ("a = [\n  1, # Hala\n]", "a = [\n  1,\n]", "within a list"),
    ],
)
def test_comments_go_and_strings_stay(text: str, left: str, why: str, settings: StudySettings) -> None:
    assert exported_study(text, settings) == left, why
    assert tomllib.loads(left) == tomllib.loads(text)


def test_the_secret_and_folders_go(study: Study) -> None:
    settings = study.settings
    waves = (
        settings.waves[0].model_copy(update={"file": "/srv/amal/one.csv", "form": "C:\\amal\\form.xlsx"}),
        *settings.waves[1:],
    )
    alerts = settings.alerts.model_copy(update={"secret": "TOWNS.ALERTS"})
    settings = settings.model_copy(update={"waves": waves, "alerts": alerts, "codebook": "../shared/codebook.csv"})
    text = (
        'file = \'/srv/amal/one.csv\'\nform = "C:\\\\amal\\\\form.xlsx"\ncodebook = "../shared/codebook.csv"\n'
        "note = 'not in /srv/amal/one.csv itself'\nsecret = \"TOWNS.ALERTS\"\nother = 'TOWNSXALERTS'\n"
    )
    assert tomllib.loads(exported_study(text, settings)) == {
        "file": "one.csv",
        "form": "form.xlsx",
        "codebook": "codebook.csv",
        "note": "not in /srv/amal/one.csv itself",
        "secret": "left-out",
        "other": "TOWNSXALERTS",
    }
