"""Other defensible ways to score an index, each frozen at the baseline's reference group, in its SD."""
