"""Verbs: when things happen. The only floor that touches files, the clock, the environment and the network."""

from flows.environment import silence

silence()
