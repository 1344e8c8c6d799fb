"""Watching a champion after its promotion, by labels that come late: losses, bets, what lies beside a version."""
