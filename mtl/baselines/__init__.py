"""Baselines that are no networks: boosted trees, linear models and their like, each for one task alone."""
