"""The kinds of task: one file each, found by its name; the contract is mtl/tasks/kind.py."""
