"""What is stored: people, what was observed of them, and the grades that follow."""

from patients.models.clinical_row import ClinicalRow
from patients.models.grades import BoardRow, GradeChange, GradeRecord
from patients.models.guarded import (
    AlreadyAmended,
    AlreadyEntered,
    AlreadyReplaced,
    AlreadyStopped,
    AlreadyStruckOut,
    GuardedWrite,
    Refused,
    WrongCourse,
)
from patients.models.observations import (
    CLINICAL_MODELS,
    Assessment,
    Dose,
    Event,
    LabResult,
)
from patients.models.people import Course, Membership, Outcome, Patient, Role, User, Ward
from patients.models.products import (
    CellNote,
    MonitoringSchedule,
    PreventionOutcome,
    PreventionTrial,
    Product,
    ProductFact,
    ProductIndication,
    Region,
    TrialIncidence,
)

__all__ = [
    "CLINICAL_MODELS",
    "AlreadyAmended",
    "AlreadyEntered",
    "AlreadyReplaced",
    "AlreadyStopped",
    "AlreadyStruckOut",
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
    "Refused",
    "Region",
    "Role",
    "TrialIncidence",
    "User",
    "Ward",
    "WrongCourse",
]
