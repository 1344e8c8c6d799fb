"""Prefect lives here: the retraining flow, its schedule, and the `mtl` command."""
