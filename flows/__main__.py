"""`python -m flows` is the `mtl` command."""

from flows.cli import main

main()
