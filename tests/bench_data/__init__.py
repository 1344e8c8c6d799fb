"""What it takes to read, check, split and prepare tables that memory does not hold."""
