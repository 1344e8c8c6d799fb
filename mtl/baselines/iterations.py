"""How many rounds of boosting a fit takes."""

PATIENCE = 20
"""Rounds without a better validation loss before no more are added."""


def at_cap(cap: int) -> str:
    """Why a fit whose best round is the last that it may have has not converged."""
    return f"its validation loss is best at the last of the {cap} rounds that iterations allows; raise it"
