"""`python -m dongne`: the command without its installed script."""

from dongne.cli import main

main()
