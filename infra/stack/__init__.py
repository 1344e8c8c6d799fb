"""A team's stack: PostgreSQL, MLflow, Prefect, a schedule and serving, from one table as processes or containers."""
