"""The settings of tablets that a ward shares: scan, lock, PIN; and how a whole number is read."""

from __future__ import annotations

import environ
from django.core.exceptions import ImproperlyConfigured

env = environ.Env()


def whole_number(name: str, *, default: int) -> int:
    """The setting as a whole number; the start stops where it is none."""
    text = env.str(name, default=str(default))
    if not text.isdecimal():
        raise ImproperlyConfigured(f"{name} is not a whole number.")
    return int(text)


CARTOX_WRISTBAND_PREFIX = env.str("CARTOX_WRISTBAND_PREFIX", default="")
"""What stands before the MRN in the code of a wristband; a scan without it is no wristband."""
CARTOX_WRISTBAND_SUFFIX = env.str("CARTOX_WRISTBAND_SUFFIX", default="")
"""What stands behind it."""

CARTOX_PIN_DIGITS = whole_number("CARTOX_PIN_DIGITS", default=6)
"""The fewest digits of a PIN for quick sign-in; with 0 there are no PINs."""
if CARTOX_PIN_DIGITS and not 4 <= CARTOX_PIN_DIGITS <= 12:
    raise ImproperlyConfigured("CARTOX_PIN_DIGITS is outside 4–12. Set 0 for no PINs.")
