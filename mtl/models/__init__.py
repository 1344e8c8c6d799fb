"""Encoders, the shared trunk and the heads."""
