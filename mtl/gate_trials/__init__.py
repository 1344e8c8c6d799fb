"""The gate on trial: whole decisions on simulated models, whose truth is known."""
