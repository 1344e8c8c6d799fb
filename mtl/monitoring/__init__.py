"""Watching a champion after its promotion, by labels that come late: losses, bets, drift. Pure, but for its stores."""
