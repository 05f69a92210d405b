#!/usr/bin/env python
"""Cartox from the command line."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cartox_site.settings")
    try:
        from django.core.management import execute_from_command_line
    except ImportError as absent:
        raise SystemExit(
            "Django is not installed in this Python. Run: pip install -r requirements.txt"
        ) from absent
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
