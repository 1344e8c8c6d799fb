"""The paired evidence: metrics, resampling, the choice of candidate and baselines, their comparison."""
