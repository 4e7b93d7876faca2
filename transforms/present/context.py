"""What every section reads: results, study and wording, and the names readers know things by."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from transforms.impact.estimate import Estimate, is_main
from transforms.measure.reliability_verdicts import IndexReliability, index_reliability
from transforms.present.answer_cells import HiddenAnswers, hidden_answers
from transforms.present.disclosure import CellKey, CountCells, Hidden, hidden_cells, printed_cells
from transforms.present.document import Cell
from transforms.present.level_cells import hidden_levels
from transforms.present.people_cells import WHOLE, HiddenPeople, hidden_people
from transforms.present.questions import dimension_name, index_name
from transforms.present.results import Results
from transforms.present.return_cells import hidden_returns
from transforms.present.wording import Wording
from transforms.study import Index, Study, Text, Variable
from transforms.study.columns import ARM, COMPARISON, EVERYONE, GOVERNORATE, GROUP, TREATED, WAVE
from transforms.study.records import parse_records

ARM_ORDER = (TREATED, COMPARISON, EVERYONE)
DECIMALS = {
    "sd": 2,
    "points": 3,
    "share": 3,
    "log odds": 2,
    "pomp": 1,
    "ten": 2,
}  # as many as the precision of a survey carries


@dataclass(frozen=True)
class Context:
    """Results of one study, and how this report calls what is in them."""

    results: Results
    study: Study
    say: Wording

    @cached_property
    def estimates(self) -> tuple[Estimate, ...]:
        """The effects, changes or levels that may be shown; what examines them is in `every_estimate`."""
        return tuple(filter(is_main, self.every_estimate))

    @cached_property
    def every_estimate(self) -> tuple[Estimate, ...]:
        """Every estimate of any model that may be shown: those on too few respondents are left out."""
        found = parse_records(Estimate, self.results.estimates)
        smallest = self.study.settings.limits.smallest_shown_cell
        return tuple(estimate for estimate in found if estimate.status == "not_estimated" or estimate.n >= smallest)

    @cached_property
    def cells(self) -> CountCells:
        """Respondents by wave, place, arm and group."""
        return printed_cells(self.results.participants.respondents)

    @cached_property
    def hidden(self) -> Hidden:
        """Cells of respondents too small to be shown."""
        return hidden_cells(self.cells, self.study.settings.limits.smallest_shown_cell)

    @cached_property
    def answers(self) -> HiddenAnswers:
        """Shares of answers that must not be shown, and the bars that may."""
        return hidden_answers(self.results, self.study, self.hidden)

    @cached_property
    def hidden_levels(self) -> frozenset[CellKey]:
        """Outcome, wave, governorate, arm and group of means that must not be shown."""
        levels = self.results.levels
        cells = levels[[WAVE, GOVERNORATE, ARM, GROUP]].astype(str).itertuples(index=False, name=None)
        printed = levels[[cell in self.cells.counts for cell in cells]]
        return hidden_levels(printed, self.study, self.hidden, self.answers.cells)

    @cached_property
    def hidden_returns(self) -> frozenset[CellKey]:
        """Wave, place, arm and what (`return_cells`) of counts of who came back that must not be shown."""
        return hidden_returns(self.results, self.study, self.hidden, self.cells)

    @cached_property
    def hidden_people(self) -> HiddenPeople:
        """Wave, place and group of estimates of which no table may say how many respondents they rest on."""
        return hidden_people(self.results, self.study, self.hidden, self.hidden_levels, self.hidden_returns)

    def people(self, wave: str, place: str, group: str, n: int) -> Cell:
        """Respondents behind an estimate; hidden where those of its place or group are."""
        return self.suppressed if self.hides_people(wave, place, group, n) else self.count(n)

    def hides_people(self, wave: str, place: str, group: str, n: float) -> bool:
        """True where it must not be told how many respondents stand behind an estimate."""
        return not n >= self.hidden.threshold or (wave, WHOLE.get(place, place), group) in self.hidden_people

    def hides_clusters(self, wave: str, place: str, group: str, n: float) -> bool:
        """The same of its clusters and degrees of freedom: they count people where everybody is a cluster."""
        return self.everybody_is_a_cluster and self.hides_people(wave, place, group, n)

    def clusters(self, row: Estimate) -> Cell:
        """Clusters behind an estimate."""
        closed = self.hides_clusters(row.wave, row.governorate, row.group, row.n)
        return self.suppressed if closed else self.count(row.clusters)

    @property
    def everybody_is_a_cluster(self) -> bool:
        """True where the study names nothing in which respondents were drawn or assigned together."""
        return self.study.design.cluster_variable is None

    @cached_property
    def reliabilities(self) -> Mapping[str, IndexReliability]:
        """The verdict on the reliability of every index."""
        return index_reliability(self.results.reliability, self.study)

    @cached_property
    def arms(self) -> tuple[str, ...]:
        """Arms that occur, the programme's first."""
        found = set(self.results.participants.respondents[ARM])
        return tuple(arm for arm in ARM_ORDER if arm in found)

    @cached_property
    def governorates(self) -> tuple[str, ...]:
        """Governorates that occur, in the order of their scale, else of the alphabet."""
        return self._in_scale_order(self.study.design.governorate, "governorate")

    @cached_property
    def groups(self) -> tuple[str, ...]:
        """Host and displaced groups that occur, in the order of their scale; none where the study names none."""
        return self._in_scale_order(self.study.design.group, "group") if self.study.design.group else ()

    def _in_scale_order(self, variable: str | None, column: str) -> tuple[str, ...]:
        found = sorted(set(self.results.participants.respondents[column]))
        order = [label.en for label in self._labels(variable)]
        return tuple(sorted(found, key=lambda value: (order.index(value) if value in order else len(order), value)))

    def _labels(self, variable: str | None) -> tuple[Text, ...]:
        return tuple(self.study.codebook.values_of(variable).values()) if variable else ()

    def _translated(self, variable: str | None, value: str, kind: str) -> str:
        for label in self._labels(variable):
            if label.en == value:
                return label.read(self.say.language)
        return self.say.name(kind, value)

    def governorate(self, value: str) -> str:
        """Name of a governorate, or of what stands for all of them."""
        return self._translated(self.study.design.governorate, value, "places")

    def group(self, value: str) -> str:
        """Name of a group of respondents: host, displaced, women, men."""
        design = self.study.design
        known = {label.en for label in self._labels(design.sex)}
        return self._translated(design.sex if value in known else design.group, value, "groups")

    def wave(self, name: str) -> str:
        """Name of a wave."""
        label = next((wave.label for wave in self.study.waves if wave.name == name), None)
        return label.read(self.say.language) if label else name

    def arm(self, value: str) -> str:
        """Name of an arm."""
        return self.say.name("arms", value)

    def index(self, index: Index) -> str:
        """Name of an index."""
        return index_name(index, self.say)

    def dimension(self, index: Index, dimension: str) -> str:
        """Name of a dimension of an index."""
        return dimension_name(index, dimension, self.say)

    def outcome(self, name: str) -> str:
        """Name of a score column: an index, or a dimension of one."""
        first, _, dimension = name.partition(".")
        index = next(index for index in self.study.indices if index.name == first)
        return self.dimension(index, dimension) if dimension else self.index(index)

    def item(self, name: str) -> str:
        """Short name of an item."""
        return self.study.codebook.variable(name).label.read(self.say.language)

    def items(self, index: Index) -> tuple[Variable, ...]:
        """Items that make an index, by dimension."""
        order = self.study.dimensions(index)
        return tuple(item for dimension in order for item in self.study.items(index, dimension))

    def unit(self, index: Index) -> str:
        """Key of the unit an index is reported in: `sd`, or `points` of its scale."""
        return "sd" if index.standardised else "points"

    def amount(self, value: float, unit: str) -> str:
        """A change with its sign and unit, as in a sentence."""
        return self.say(f"units.{unit}_amount", number=self.say.number(value, DECIMALS[unit], signed=True))

    def cell(self, value: float, unit: str = "sd", *, signed: bool = False) -> Cell:
        """A number in a table; a dash where there is none."""
        return Cell(self.say.number(value, DECIMALS[unit], signed=signed), value if math.isfinite(value) else None)

    def count(self, value: int) -> Cell:
        """A count in a table."""
        return Cell(self.say.count(value), float(value))

    def interval(self, low: float, high: float, unit: str = "sd", *, signed: bool = False) -> Cell:
        """Both ends of an interval in a table."""
        return Cell(self.say.interval(low, high, DECIMALS[unit], signed=signed))

    @property
    def mirrored(self) -> bool:
        """True where text runs from right to left, and drawings with it."""
        return self.say.direction == "rtl"

    @property
    def confidence(self) -> str:
        """Confidence level in per cent."""
        return self.say.percent(self.study.settings.effects.confidence)

    @property
    def suppressed(self) -> Cell:
        """What stands where a number must not be shown."""
        return Cell(self.say("disclosure.mark"))
