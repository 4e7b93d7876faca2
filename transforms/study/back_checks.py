"""Interviews that were asked again by somebody else, to see whether they took place and were written down right."""

from pydantic import Field

from transforms.study.settings import Name, Settings


class BackCheck(Settings):
    """Back-checks of one wave: a file with the wave's own names of columns, for the questions that were asked again."""

    wave: Name = Field(description="The wave whose interviews were checked.")
    file: str = Field(
        description="File of the back-checks, with the respondent's identifier. Its columns have the names the "
        "codebook gives for the wave; a question without a column was not asked again."
    )
    sheet: str | None = Field(None, description="Sheet of a workbook. The first sheet where it is not given.")
    encoding: str | None = Field(None, description="Encoding of a text file or old SPSS file, when it is not detected.")
    facts: tuple[Name, ...] = Field(
        (),
        description="Variables anybody can answer, which do not change (IPA's type 1); interviewers are judged by "
        "them. Where not given: every category and number that was asked again.",
    )
    harder: tuple[Name, ...] = Field(
        (),
        description="Variables that stay the same but take training to ask (IPA's type 2); interviewers are judged by "
        "them too. All others are opinions (type 3), which move by themselves and are only described.",
    )
