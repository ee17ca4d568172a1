"""``python -m khtip`` is the command ``khtip``."""

import sys

from khtip.cli import main

if __name__ == "__main__":
    sys.exit(main())
