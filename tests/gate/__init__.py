"""What the gate holds to, by simulation: `make gate`."""
