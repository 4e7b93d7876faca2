"""Levels of the outcomes as the sampling design gives them."""
