"""What one grading of one record works out once and several systems use."""

from __future__ import annotations

from typing import Any

Shared = dict[str, Any]
"""Made anew for each grading of a record, filled by the first system that asks, then dropped."""
