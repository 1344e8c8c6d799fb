"""Rows as models that are no networks read them: as matrices, fitted on training rows."""
