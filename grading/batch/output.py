"""The file that `manage.py grade -o` writes, as text or as Parquet by its name."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from grading.batch.grade_many import Wanted
from grading.batch.optional import needs_package
from grading.documents.whole_file import whole_file

PARQUET, CSV = ".parquet", ".csv"


@contextmanager
def written_to(path: Path, wanted: Wanted) -> Iterator[Callable[[str], object]]:
    """A function that takes the lines of grades; they come as Parquet where the name says so."""
    if path.suffix != PARQUET:
        with whole_file(path) as file:
            file.write(wanted.first_line().encode())
            yield lambda text: file.write(text.encode(errors="backslashreplace"))
        return
    with needs_package("pyarrow", "Parquet", "requirements-parquet.txt"):
        from grading.documents.grades_parquet import parquet_grades
    with whole_file(path) as file, parquet_grades(file, wanted.columns()) as grades:
        yield grades.write
