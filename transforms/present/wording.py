"""Every sentence a reader sees comes from a table of wording, and every number is written in one place."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from string import Formatter
from typing import Literal

from transforms.study import Language

MINUS, SPACE = "\N{MINUS SIGN}", "\N{NO-BREAK SPACE}"
LEFT_TO_RIGHT, FIRST_STRONG, CLOSE = "\u2066", "\u2068", "\u2069"  # isolates of the Unicode bidirectional algorithm
RIGHT_TO_LEFT = frozenset({"ar"})
SMALLEST_P = 0.001


class WordingError(KeyError):
    """A sentence, or a value it names, is not there."""

    def __str__(self) -> str:
        return str(self.args[0])


def _leaves(texts: Mapping[str, object], prefix: str = "") -> Iterator[tuple[str, str]]:
    for key, value in texts.items():
        if isinstance(value, Mapping):
            yield from _leaves(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", str(value)


def plural_form(language: Language, count: int) -> str:
    """Form of a noun after `count` (Unicode CLDR plural rules for whole numbers, English and Arabic)."""
    if language != "ar":
        return "one" if count == 1 else "other"
    if count < 3:
        return ("zero", "one", "two")[count]
    hundredth = count % 100
    if 3 <= hundredth <= 10:
        return "few"
    return "many" if hundredth >= 11 else "other"


@dataclass(frozen=True, slots=True)
class Wording:
    """Sentences of one language, by dotted key, with `{named}` places for values.

    Numbers inside right-to-left text are wrapped in isolates, or a sign ends up at the wrong side.
    """

    language: Language
    texts: Mapping[str, object]

    @property
    def direction(self) -> Literal["ltr", "rtl"]:
        return "rtl" if self.language in RIGHT_TO_LEFT else "ltr"

    def sentences(self) -> dict[str, str]:
        """Every sentence by its key."""
        return dict(_leaves(self.texts))

    def find(self, key: str) -> str | None:
        """The sentence as it stands, its places unfilled; None where there is none."""
        node: object = self.texts
        for part in key.split("."):
            node = node.get(part) if isinstance(node, Mapping) else None
        return node if isinstance(node, str) else None

    def __call__(self, key: str, /, **values: str | int) -> str:
        """The sentence `key` with its places filled; whole numbers are written as counts.

        Raises
        ------
        WordingError
            If there is no such sentence, or it names a value that is not given.
        """
        sentence = self.find(key)
        if sentence is None:
            raise WordingError(f"wording.{self.language}.toml has no sentence {key}")
        written = {name: self._isolated(value) for name, value in values.items()}
        try:
            return Formatter().vformat(sentence, (), written)
        except (KeyError, IndexError) as error:
            raise WordingError(f"wording.{self.language}.toml: {key} names {error}, which is not given") from error

    def counted(self, key: str, count: int, /, **values: str | int) -> str:
        """The sentence for `count` things: `key.one`, `key.other` and, in Arabic, the forms between."""
        form = plural_form(self.language, count)
        form = form if self.find(f"{key}.{form}") is not None else "other"
        return self(f"{key}.{form}", count=count, **values)

    def name(self, kind: str, code: str) -> str:
        """Name for readers of a code such as a check; the code itself, its underscores opened, where none is given."""
        return self.find(f"{kind}.{code}") or code.replace("_", " ")

    def list(self, parts: tuple[str, ...]) -> str:
        """Parts in one phrase: `a, b and c`."""
        if len(parts) < 2:
            return "".join(parts)
        return self("numbers.list", first=self("numbers.comma").join(parts[:-1]), last=parts[-1])

    def _isolated(self, value: str | int) -> str:
        text = value if isinstance(value, str) else self.count(value)
        if self.direction == "ltr" or text.startswith((LEFT_TO_RIGHT, FIRST_STRONG)):
            return text
        return f"{FIRST_STRONG}{text}{CLOSE}"

    def _written(self, text: str) -> str:
        return f"{LEFT_TO_RIGHT}{text}{CLOSE}" if self.direction == "rtl" else text

    def _digits(self, value: float, decimals: int, signed: bool) -> str:
        rounded = round(value, decimals) + 0.0  # no negative zero
        digits = f"{abs(rounded):,.{decimals}f}".replace(",", self("numbers.thousands"))
        sign = MINUS if rounded < 0 else "+" if signed and rounded > 0 else ""
        return f"{sign}{digits}"

    def number(self, value: float, decimals: int = 2, *, signed: bool = False) -> str:
        """A number with fixed decimals and a real minus sign; a dash where there is none."""
        if not math.isfinite(value):
            return self("numbers.none")
        return self._written(self._digits(value, decimals, signed))

    def count(self, value: float) -> str:
        """A whole number, its thousands apart."""
        return self.number(value, 0)

    def percent(self, share: float, decimals: int = 0) -> str:
        """A share of 0-1 in per cent."""
        if not math.isfinite(share):
            return self("numbers.none")
        return self._written(f"{self._digits(100 * share, decimals, False)}{self('numbers.percent')}")

    def interval(self, low: float, high: float, decimals: int = 2, *, signed: bool = False) -> str:
        """Both ends of an interval, or the one it has, in words; a dash where there is none."""
        if math.isnan(low) or math.isnan(high):
            return self("numbers.none")
        if math.isinf(low) or math.isinf(high):
            return self._open(low, high, decimals, signed)
        ends = (self._digits(low, decimals, signed), self._digits(high, decimals, signed))
        return self._written(self("numbers.to").join(ends))

    def _open(self, low: float, high: float, decimals: int, signed: bool) -> str:
        """An interval that has no lower limit, no upper one, or neither."""
        if math.isinf(low) and math.isinf(high):
            return self("numbers.no_limits")
        key, limit = ("at_most", high) if math.isinf(low) else ("at_least", low)
        return self(f"numbers.{key}", number=self.number(limit, decimals, signed=signed))

    def p_value(self, value: float) -> str:
        """A p-value with three decimals, never as zero; a dash where there is none."""
        if math.isfinite(value) and value < SMALLEST_P:
            return self._written(f"<{SPACE}{self._digits(SMALLEST_P, 3, False)}")
        return self.number(value, 3)

    def p_phrase(self, value: float) -> str:
        """A p-value as it stands in a sentence: `p = 0.012`, `p < 0.001`."""
        small = value < SMALLEST_P
        digits = self._digits(max(value, SMALLEST_P), 3, False)
        return self._written(f"p{SPACE}{'<' if small else '='}{SPACE}{digits}")
