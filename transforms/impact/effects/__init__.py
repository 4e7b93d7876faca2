"""The study's effects, each with the uncertainty its clusters can carry."""
