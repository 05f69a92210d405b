"""Whether the form of a draft was saved, where its answer was lost."""

from __future__ import annotations

from typing import Any, cast
from uuid import uuid5

from grading.vocabulary import ANALYTES
from patients.drafts.models import Draft
from patients.models import CLINICAL_MODELS, ClinicalRow


def row_of(draft: Draft) -> ClinicalRow | None:
    """An entry that this form has stored; None where there is none, or it stores no entries.

    A form of laboratory results makes the number of each row of its own number and the analyte.
    """
    uids = [draft.form_uid, *(uuid5(draft.form_uid, analyte) for analyte in ANALYTES)]
    for model in cast("tuple[Any, ...]", CLINICAL_MODELS):
        row: ClinicalRow | None = model.objects.filter(uid__in=uids).first()
        if row is not None:
            return row
    return None
