"""Respondents as a table of clusters and cells, and the design matrices upon it."""
