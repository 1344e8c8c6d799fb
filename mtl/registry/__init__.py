"""MLflow lives here and nowhere else: tracking, registered models, the champion alias."""
