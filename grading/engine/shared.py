"""Values that one grading of one record computes once and several systems use."""

from __future__ import annotations

from typing import Any

Shared = dict[str, Any]
"""Values that several systems use, by module. Each grading of a record begins with an empty one."""
