"""Confirmatory factor models: their specification, their fit by maximum likelihood, and whether groups share them."""
