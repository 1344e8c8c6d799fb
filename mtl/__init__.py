"""Multi-task learning: data, tasks, models, weighting schemes, evidence, gate, registry and serving."""
