"""The losses: one file each, found by its name; the contract is mtl/tasks/loss.py."""
