"""The models: users and wards, patients and courses, entries, grades, reference rows."""

from patients.models.accounts import Membership, Role, User, Ward
from patients.models.assessments import Assessment
from patients.models.clinical_row import ClinicalRow
from patients.models.grades import BoardRow, GradeChange, GradeRecord
from patients.models.guarded import GuardedWrite
from patients.models.observations import (
    CLINICAL_MODELS,
    MODELS_BY_KIND,
    Dose,
    Event,
    LabResult,
)
from patients.models.people import Course, Outcome, Patient
from patients.models.prevention import PreventionOutcome, PreventionTrial
from patients.models.products import (
    CellNote,
    MonitoringSchedule,
    Product,
    ProductFact,
    ProductIndication,
    Region,
    TrialIncidence,
)

__all__ = [
    "CLINICAL_MODELS",
    "MODELS_BY_KIND",
    "Assessment",
    "BoardRow",
    "CellNote",
    "ClinicalRow",
    "Course",
    "Dose",
    "Event",
    "GradeChange",
    "GradeRecord",
    "GuardedWrite",
    "LabResult",
    "Membership",
    "MonitoringSchedule",
    "Outcome",
    "Patient",
    "PreventionOutcome",
    "PreventionTrial",
    "Product",
    "ProductFact",
    "ProductIndication",
    "Region",
    "Role",
    "TrialIncidence",
    "User",
    "Ward",
]
