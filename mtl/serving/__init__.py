"""The model bundle, its predictor and the HTTP app."""
