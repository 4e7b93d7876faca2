"""Respondents who were interviewed more than once in a wave."""

import pandas as pd

from transforms.quality.rules import Finding, found


def repeated_respondents(respondents: pd.Series, waves: pd.Series | None = None) -> Finding:
    """Interviews beyond a respondent's first in a wave; to look up are all interviews of such a respondent.

    Interviews without an identifier are not evaluated: they cannot be told apart.
    """
    parts = {"respondent": respondents} if waves is None else {"respondent": respondents, "wave": waves}
    keys = pd.DataFrame(parts)
    known = respondents.notna()
    return found(keys.duplicated() & known, evaluated=known, rows=keys.duplicated(keep=False) & known)
