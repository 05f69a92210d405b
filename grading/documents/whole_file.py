"""A file that is there at once when all of it is written; until then an older one stays."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO


@contextmanager
def whole_file(path: Path) -> Iterator[IO[bytes]]:
    """The stream to write to. Only the owner of the file may read it."""
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=path.name, delete=False) as part:
        unfinished = Path(part.name)
        try:
            yield part
            part.flush()
        except BaseException:
            unfinished.unlink()
            raise
    unfinished.replace(path)
