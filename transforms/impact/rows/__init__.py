"""The same effects from regressions whose regressors differ from respondent to respondent."""
