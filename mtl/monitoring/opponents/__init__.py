"""The models that a version replaced: stored beside it without pickle, loaded by the monitor alone."""
