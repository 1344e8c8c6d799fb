"""The metrics: one file each, found by its name; the contract is mtl/evaluation/metric.py."""
