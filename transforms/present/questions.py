"""How questions, their answers and the indices they belong to are written for readers."""

from collections.abc import Iterable

from transforms.present.wording import SPACE, Wording
from transforms.study import Choice, Index, Language, Scale, Text

LANGUAGES: tuple[Language, ...] = ("en", "ar")
SEPARATORS: dict[Language, str] = {"en": "; ", "ar": "؛ "}  # between answers, each in its own language


def index_name(index: Index, say: Wording) -> str:
    """Name of an index."""
    return index.label.read(say.language) if index.label else say("names.index", name=index.name.replace("_", " "))


def dimension_name(index: Index, dimension: str, say: Wording) -> str:
    """Name of a dimension of an index."""
    label = index.dimension_labels.get(dimension)
    return label.read(say.language) if label else dimension.replace("_", " ").capitalize()


def written(text: Text, language: Language) -> str:
    """A text in one language; nothing where it is not written in it."""
    return (text.ar or "") if language == "ar" else text.en


def languages_of(texts: Iterable[Text], say: Wording) -> tuple[Language, ...]:
    """The reader's language first, then the other if anything is written in it."""
    told = tuple(texts)
    others = (language for language in LANGUAGES if language != say.language)
    return (say.language, *(language for language in others if any(written(text, language) for text in told)))


def answers_of(scale: Scale, language: Language, say: Wording) -> str:
    """Every code with its answer; the range where answers are not listed."""
    if not scale.choices and scale.limits:
        return say.interval(*scale.limits, 0)
    return SEPARATORS[language].join(_answer(choice, language) for choice in scale.choices)


def without_arabic(choice: Choice) -> bool:
    """True where an answer has words, but no Arabic ones; a bare number needs none."""
    return not choice.label.ar and choice.label.en != _code(choice)


def _code(choice: Choice) -> str:
    return f"{choice.code:g}" if isinstance(choice.code, float) else choice.code


def _answer(choice: Choice, language: Language) -> str:
    code, label = _code(choice), written(choice.label, language)
    return code if label in {"", code} else f"{code}{SPACE}={SPACE}{label}"
