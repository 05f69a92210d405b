"""The models: users and wards, patients and courses, entries, grades, reference rows."""

from grading import kinds
from patients.models.accounts import Membership, Role, User, Ward
from patients.models.assessments import Assessment
from patients.models.clinical_row import ClinicalRow
from patients.models.decisions.adjudications import Adjudication
from patients.models.decisions.step_marks import StepMark
from patients.models.grades import BoardRow, GradeChange, GradeDigest, GradeRecord
from patients.models.guarded import GuardedWrite
from patients.models.ice.handwriting import Handwriting
from patients.models.observations import Dose, Event, LabResult
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

MODELS_BY_KIND: dict[kinds.EntryKind, type[ClinicalRow]] = {
    kinds.ASSESSMENT: Assessment,
    kinds.LAB_RESULT: LabResult,
    kinds.DOSE: Dose,
    kinds.EVENT: Event,
    kinds.ADJUDICATION: Adjudication,
    kinds.STEP_MARK: StepMark,
}
CLINICAL_MODELS = tuple(MODELS_BY_KIND.values())

__all__ = [
    "CLINICAL_MODELS",
    "MODELS_BY_KIND",
    "Adjudication",
    "Assessment",
    "BoardRow",
    "CellNote",
    "ClinicalRow",
    "Course",
    "Dose",
    "Event",
    "GradeChange",
    "GradeDigest",
    "GradeRecord",
    "GuardedWrite",
    "Handwriting",
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
    "StepMark",
    "TrialIncidence",
    "User",
    "Ward",
]
