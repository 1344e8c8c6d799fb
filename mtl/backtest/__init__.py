"""Scheduled retrains, replayed through time without a registry: what would have been promoted, and was it right?"""
