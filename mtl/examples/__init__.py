"""Specs and readers of the real example data sets."""
