"""What a run has to try: CARTOX_REQUIRE names it, with commas between.

`browser`, `postgres`, `parquet` (pyarrow), `dask` (distributed), and `slow`.
"""

from __future__ import annotations

import os
from typing import NoReturn

import pytest

REQUIRED = frozenset(filter(None, os.environ.get("CARTOX_REQUIRE", "").split(",")))
SLOW = "slow" in REQUIRED


def absent(need: str, reason: str, *, module: bool = False) -> NoReturn:
    """Skip, be it a whole module, or fail where CARTOX_REQUIRE names what is absent."""
    if need in REQUIRED:
        pytest.fail(f"CARTOX_REQUIRE names {need}, but {reason}")
    pytest.skip(reason, allow_module_level=module)


def often(everyday: int, slow: int) -> int:
    """How many of many like cases to try: more where CARTOX_REQUIRE names `slow`."""
    return slow if SLOW else everyday
