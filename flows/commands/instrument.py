"""`tamasuk instrument`: the questionnaire as an annex, and what of it is not yet translated."""

from pathlib import Path

from flows.outside import screen
from flows.store.instrument import write_instrument
from transforms.present.instrument import untranslated
from transforms.study import Study


def instrument(study: Study, folder: Path) -> None:
    """Write the questionnaire into `folder`; say which questions and answers an interviewer would find empty."""
    screen.show_facts(write_instrument(study, folder))
    questions, scales = untranslated(study)
    settings = study.settings
    if questions:
        screen.warn(f"No Arabic wording of {', '.join(questions)} (text_ar in {settings.codebook}).")
    if scales:
        screen.warn(f"Answers without Arabic words: {', '.join(scales)} (label_ar in {settings.scales}).")
