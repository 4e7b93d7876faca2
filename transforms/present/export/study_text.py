"""`study.toml` as it may be handed on."""

import re

from transforms.study import StudySettings

LEFT_OUT = "left-out"  # in the place of the alerts' secret
COMMENT = re.compile(  # strings first: what stands in them is no comment
    r'(?P<kept>"""(?:\\.|[^\\])*?"{3,5}|\'\'\'.*?\'{3,5}|"(?:\\.|[^"\\\n])*"|\'[^\'\n]*\')'
    r"|(?m:^)[ \t]*#[^\n]*(?:\n|\Z)|[ \t]*#[^\n]*",
    re.DOTALL,
)


def exported_study(text: str, settings: StudySettings) -> str:
    """The text without comments, the name of the alerts' secret, and the folders of files. The rest is as it was."""
    text = COMMENT.sub(lambda found: found["kept"] or "", text)
    if settings.alerts.secret:
        text = re.sub(rf"([\"']){re.escape(settings.alerts.secret)}\1", f'"{LEFT_OUT}"', text)
    for name in _files(settings):
        for written in (name, name.replace("\\", "\\\\")):
            text = re.sub(rf"([\"']){re.escape(written)}\1", f'"{_without_folder(name)}"', text)
    return text


def _files(settings: StudySettings) -> tuple[str, ...]:
    """Files that the study names, those in folders."""
    of_waves = (name for wave in settings.waves for name in (wave.file, wave.form))
    own = (settings.codebook, settings.scales, settings.recodes, settings.groups, settings.form)
    named = (*of_waves, *own, settings.corrections.file, *(check.file for check in settings.back_checks))
    return tuple(name for name in dict.fromkeys(named) if name and _without_folder(name) != name)


def _without_folder(name: str) -> str:
    return re.split(r"[/\\]", name)[-1]
