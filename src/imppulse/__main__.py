"""Run the command line as `python -m imppulse`."""

from imppulse.cli import main

main()
