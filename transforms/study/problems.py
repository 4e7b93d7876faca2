"""What is wrong with a study, all of it at once, in words that say where and what to do."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class StudyProblem:
    """One thing to mend: `where` is a setting or a column, `row` the line of the file (None where it has none)."""

    file: str
    row: int | None
    where: str
    message: str
    fix: str

    def __str__(self) -> str:
        place = f"{self.file}, row {self.row}" if self.row else self.file
        return f"{place}: {self.where}: {self.message} {self.fix}".strip()


class StudyError(Exception):
    """The study cannot be used; `problems` lists everything found, in file order."""

    def __init__(self, problems: list[StudyProblem]) -> None:
        self.problems = tuple(sorted(problems, key=lambda p: (p.file, p.row or 0, p.where)))
        count = len(self.problems)
        lines = "\n".join(f"  - {problem}" for problem in self.problems)
        super().__init__(f"The study has {count} problem{'s' if count != 1 else ''}:\n{lines}")


class DataRefusedError(Exception):
    """Data that must not be analysed. The message holds counts, files, rows and names of rules, never an answer."""


class UnreadableFileError(DataRefusedError):
    """A file that cannot be read: its name (never its content), the reason, and what to do."""

    def __init__(self, file: str, reason: str, fix: str) -> None:
        self.file, self.reason, self.fix = file, reason, fix
        super().__init__(f"{file} cannot be read: {reason}. {fix}")
