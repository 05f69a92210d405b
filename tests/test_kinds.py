"""Every level knows every kind of entry."""

from dataclasses import fields
from typing import Any

import pytest
from django.contrib import admin

from grading.documents.course_csv import KIND_OF_ROW
from grading.documents.course_writer import dump_document
from grading.documents.reading.course_reader import CourseDocument
from grading.documents.reading.entry_reader import ENTRY_READERS
from grading.kinds import ADJUDICATION, ENTRY_KINDS, KIND_OF_SECTION, STEP_MARK, EntryKind
from grading.record import ENTRY_TYPES, RECORD_FIELDS, Record
from grading.table.sections import ENTRY_FIELDS
from patients.admin import ADMIN_BY_KIND
from patients.entry.pages import ENTRY_PAGES
from patients.models import MODELS_BY_KIND
from patients.regrading.record import LiveRows
from patients.words.entry_words import HEADLINES

BY_KIND: dict[str, dict[EntryKind, Any]] = {
    "the types of the record": ENTRY_TYPES,
    "the fields of the record": RECORD_FIELDS,
    "the reader of documents": ENTRY_READERS,
    "the fields of a document": ENTRY_FIELDS,
    "the models": MODELS_BY_KIND,
    "the entry in one line": HEADLINES,
    "the admin": ADMIN_BY_KIND,
}


@pytest.mark.parametrize("level", BY_KIND)
def test_each_level_has_every_kind_in_the_same_order(level: str) -> None:
    assert tuple(BY_KIND[level]) == ENTRY_KINDS


def test_every_kind_but_what_is_decided_on_the_chart_has_a_page_of_its_own() -> None:
    """A decision and a mark are made on the chart, beside what they are about."""
    assert (*ENTRY_PAGES, ADJUDICATION, STEP_MARK) == ENTRY_KINDS


def test_sections_and_rows_of_a_table_name_every_kind() -> None:
    assert tuple(KIND_OF_SECTION.values()) == ENTRY_KINDS
    assert tuple(KIND_OF_ROW.values()) == ENTRY_KINDS


def test_the_record_has_a_list_for_every_kind() -> None:
    assert {field.name for field in fields(Record)} >= set(RECORD_FIELDS.values())
    assert [field.name for field in fields(LiveRows)] == [kind.section for kind in ENTRY_KINDS]


def test_an_empty_document_has_a_section_for_every_kind() -> None:
    assert KIND_OF_SECTION.keys() <= dump_document(CourseDocument(Record())).keys()


@pytest.mark.parametrize("kind", ENTRY_KINDS, ids=lambda kind: kind.key)
def test_each_model_is_of_its_kind_and_has_its_time(kind: EntryKind) -> None:
    model = MODELS_BY_KIND[kind]
    assert model.entry_kind is kind
    assert model._meta.get_field(kind.time_field)
    assert admin.site.is_registered(model)
