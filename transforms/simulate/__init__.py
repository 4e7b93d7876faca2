"""A synthetic study with known effects, to show and to test the pipeline."""

from transforms.simulate.demo import Simulated, simulate_demo, truth_table
from transforms.simulate.plan import PLANTED_EFFECTS

__all__ = ["PLANTED_EFFECTS", "Simulated", "simulate_demo", "truth_table"]
