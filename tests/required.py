"""What a run has to try: CARTOX_REQUIRE names it, with commas between.

`browser`, `postgres`, `parquet` (pyarrow), `dask` (distributed), `slow`, and `long`.
"""

from __future__ import annotations

import os
from typing import NoReturn

import pytest

REQUIRED = frozenset(filter(None, os.environ.get("CARTOX_REQUIRE", "").split(",")))
SLOW, LONG = "slow" in REQUIRED, "long" in REQUIRED


def absent(need: str, reason: str, *, module: bool = False) -> NoReturn:
    """Skip, be it a whole module, or fail where CARTOX_REQUIRE names what is absent."""
    if need in REQUIRED:
        pytest.fail(f"CARTOX_REQUIRE names {need}, but {reason}")
    pytest.skip(reason, allow_module_level=module)


def often(everyday: int, long: int) -> int:
    """How many of many like cases to try: more where CARTOX_REQUIRE names `long`."""
    return long if LONG else everyday
