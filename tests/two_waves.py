"""The part of a study's settings that most little studies of the tests have in common."""

TWO_WAVES = """
[[waves]]
name = "before"
file = "before.csv"
[[waves]]
name = "after"
file = "after.csv"
"""
