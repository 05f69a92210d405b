"""A small ward for every test: a nurse, a physician, someone of another ward, one open course.

Browser tests find Chromium through CARTOX_CHROMIUM, else on the path; PostgreSQL tests run
where DATABASE_URL names it. CARTOX_REQUIRE=browser,postgres turns their skips into failures.
Tests marked `slow` are skipped unless CARTOX_REQUIRE names `slow`; the summary counts them.
Tests that ask for a database are marked `database`, so that `.ci/run` tries them on a second one.
Properties try the same examples in every run; `--hypothesis-profile=search` looks for new ones.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.db import connections
from django.test import Client, RequestFactory, TransactionTestCase
from django.test.client import MULTIPART_CONTENT
from django.utils.http import urlencode
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from playwright.sync_api import expect

from cartox_site.bodies import FORM
from patients.models import Assessment, Course, Membership, Patient, Role, User, Ward
from scripts.chromium import ABSENT, FLAGS, chromium_path
from tests.cleaning import Cleaner
from tests.required import SLOW, absent
from tests.storing import AssessmentAt, stored

INFUSED_AT = datetime(2026, 1, 5, 10, 0, tzinfo=UTC)

_PATIENT = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow]}  # a busy machine
hypothesis_settings.register_profile("repeatable", derandomize=True, **_PATIENT)
hypothesis_settings.register_profile("search", max_examples=1_000, **_PATIENT)
hypothesis_settings.load_profile("repeatable")


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip what is marked slow, from one line, so that the summary has one line for all of it."""
    if not SLOW and item.get_closest_marker("slow") is not None:
        pytest.skip("marked slow; CARTOX_REQUIRE=slow runs it")


# The database

DATABASE_FIXTURES = frozenset({"db", "transactional_db", "django_db_setup", "live_server"})
ABOUT_DATABASES = (
    "tests/browser/",
    "tests/patients/door/test_races.py",
    "tests/patients/exchange/",
    "tests/patients/models/",
    "tests/patients/rounds/messages/",
    "tests/patients/test_answers.py",
    "tests/patients/test_receipts.py",
    "tests/patients/test_sent_again.py",
    "tests/test_contradictions.py",
)
"""Where each case of a test may meet the database in another way. Elsewhere the first and the last
case of a test are enough for the second database: they send it the same queries."""


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> Iterator[None]:
    """Mark what asks for a database; put what is slow first, so that no worker waits for it."""
    for item in items:
        fixtures: list[str] = getattr(item, "fixturenames", [])
        if item.get_closest_marker("django_db") or DATABASE_FIXTURES.intersection(fixtures):
            item.add_marker("database")
    for cases in _cases_of_each_test(items):
        for item in cases[1:-1]:
            item.add_marker("sqlite_enough")
    yield
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)


def _cases_of_each_test(items: list[pytest.Item]) -> Iterable[list[pytest.Item]]:
    """The items of each test whose cases meet the database alike."""
    cases: dict[str, list[pytest.Item]] = {}
    for item in items:
        if not item.nodeid.startswith(ABOUT_DATABASES):
            cases.setdefault(item.nodeid.partition("[")[0], []).append(item)
    return cases.values()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """SQLite tests use a file: a live server and its test are two connections.

    None is kept open after its request, or the test database could not be dropped.
    """
    settings = connections["default"].settings_dict
    settings["CONN_MAX_AGE"] = 0
    if settings["ENGINE"] == "django.db.backends.sqlite3":
        settings["TEST"]["NAME"] = str(tmp_path_factory.mktemp("database") / "test.sqlite3")


@pytest.fixture(scope="session", autouse=True)
def _clean_up_after_commits() -> Iterator[None]:
    """A test that commits is cleaned up past the triggers, which keep every row."""
    cleaner = Cleaner()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda _: cleaner.clean())
        yield


@pytest.fixture(scope="session", autouse=True)
def _forms_are_sent_as_a_browser_sends_them() -> Iterator[None]:
    """Cartox takes urlencoded forms; the test client sends multipart ones where none is named."""
    post = RequestFactory.post

    def urlencoded(
        factory: RequestFactory,
        path: str,
        data: Any = None,
        content_type: str = MULTIPART_CONTENT,
        **rest: Any,
    ) -> Any:
        if content_type == MULTIPART_CONTENT:
            data, content_type = urlencode(data or {}, doseq=True), FORM
        return post(factory, path, data, content_type, **rest)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(RequestFactory, "post", urlencoded)
        yield


@pytest.fixture
def postgres(db: None) -> None:
    """Skip unless the tests run on PostgreSQL."""
    if connections["default"].vendor != "postgresql":
        absent("postgres", "DATABASE_URL does not name a PostgreSQL database")


@pytest.fixture(autouse=True)
def quick_passwords(settings: Any) -> None:
    """Argon2 is slow on purpose; only the test of it needs that."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


# People and places


def make_user(username: str, role: Role, *wards: Ward) -> User:
    first, last = username.title().split("_")
    user = User.objects.create_user(username, role=role, first_name=first, last_name=last)
    for ward in wards:
        Membership.objects.create(user=user, ward=ward)
    return user


@pytest.fixture
def ward(db: None) -> Ward:
    return stored(Ward(name="7 East", time_zone="Europe/Madrid", who_to_call="Bleep 4711"))


@pytest.fixture
def other_ward(db: None) -> Ward:
    return stored(Ward(name="2 West", time_zone="Europe/Madrid"))


@pytest.fixture
def nurse(ward: Ward) -> User:
    return make_user("nina_nurse", Role.NURSE, ward)


@pytest.fixture
def physician(ward: Ward) -> User:
    return make_user("paul_physician", Role.PHYSICIAN, ward)


@pytest.fixture
def viewer(ward: Ward) -> User:
    return make_user("vera_viewer", Role.VIEWER, ward)


@pytest.fixture
def administrator(db: None) -> User:
    """Keeps users and wards; is a member of none."""
    user = make_user("ada_administrator", Role.ADMINISTRATOR)
    user.is_staff = user.is_superuser = True
    user.save()
    return user


@pytest.fixture
def other_ward_nurse(other_ward: Ward) -> User:
    return make_user("otto_other", Role.NURSE, other_ward)


class WardClient(Client):
    """The browser of one user: every form it posts says that its page was made for them."""

    typed_by = ""

    def post(self, path: str, data: Any = None, *args: Any, **kwargs: Any) -> Any:
        if data is None or isinstance(data, dict):
            data = {"typed_by": self.typed_by} | (data or {})
        return super().post(path, data, *args, **kwargs)


@pytest.fixture
def signed_in() -> Callable[[User], Client]:
    """Call with a user to get their browser."""

    def sign_in(user: User) -> Client:
        client = WardClient()
        client.typed_by = str(user.pk)
        client.force_login(user, backend=django_settings.AUTHENTICATION_BACKENDS[1])
        return client

    return sign_in


@pytest.fixture
def nurse_client(nurse: User, signed_in: Callable[[User], Client]) -> Client:
    return signed_in(nurse)


@pytest.fixture
def physician_client(physician: User, signed_in: Callable[[User], Client]) -> Client:
    return signed_in(physician)


@pytest.fixture
def viewer_client(viewer: User, signed_in: Callable[[User], Client]) -> Client:
    return signed_in(viewer)


@pytest.fixture
def other_ward_client(other_ward_nurse: User, signed_in: Callable[[User], Client]) -> Client:
    return signed_in(other_ward_nurse)


@pytest.fixture
def anonymous() -> Client:
    return Client()


@pytest.fixture
def patient(db: None) -> Patient:
    return stored(
        Patient(
            mrn="00123", family_name="Doe", given_name="Jane", birth_date=date(1964, 3, 12), sex="F"
        )
    )


@pytest.fixture
def course(patient: Patient, ward: Ward) -> Course:
    """Infused on 5 January 2026 at 11:00 in Madrid; nothing observed yet."""
    return stored(
        Course(
            patient=patient,
            ward=ward,
            bed="12",
            product="axicabtagene ciloleucel",
            infused_at=INFUSED_AT,
            opened_at=INFUSED_AT - timedelta(days=6),
            weight_kg=Decimal(72),
            weighed_at=INFUSED_AT - timedelta(hours=20),
            baseline_oxygen_device="room_air",
            baseline_ice_total=10,
        )
    )


@pytest.fixture
def other_course(other_ward: Ward) -> Course:
    """An open course on the ward that the nurse does not belong to."""
    stranger = stored(Patient(mrn="00999", family_name="Roe", birth_date=date(1970, 1, 1)))
    return stored(
        Course(patient=stranger, ward=other_ward, product="obecabtagene", infused_at=INFUSED_AT)
    )


@pytest.fixture
def well() -> dict[str, Any]:
    """A complete assessment without a finding: CRS 0 and ICANS 0."""
    return {
        "temperature_c": Decimal("36.8"),
        "systolic_mmhg": Decimal(124),
        "diastolic_mmhg": Decimal(78),
        "heart_rate": Decimal(84),
        "respiratory_rate": Decimal(16),
        "spo2_percent": Decimal(97),
        "hypotension": False,
        "vasopressors": [],
        "oxygen_device": "room_air",
        "ice_total": 10,
        "consciousness": "spontaneous",
        "seizure": "none",
        "motor": "none",
        "icp": [],
    }


@pytest.fixture
def assessment_at(course: Course, well: dict[str, Any]) -> AssessmentAt:
    """An unsaved assessment so many hours after the infusion, well but for what is given."""

    def assess(hours: float, **findings: Any) -> Assessment:
        moment = course.infused_at + timedelta(hours=hours)
        return Assessment(course=course, observed_at=moment, **(well | findings))

    return assess


# The browser


PATIENCE_MS = 20_000  # a browser on a busy machine; a page that never comes still fails


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """How playwright starts the system's Chromium; it never downloads one."""
    path = chromium_path()
    if path is None:
        absent("browser", ABSENT)
    expect.set_options(timeout=PATIENCE_MS)
    return {"executable_path": str(path), "args": [*FLAGS], "headless": True}


@pytest.fixture(scope="session", autouse=True)
def _orm_beside_playwright() -> Iterator[None]:
    """Playwright keeps an event loop in the test's thread; the ORM must not mind."""
    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    yield
    if before is None:
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def sign_in_page(page: Any, live_server: Any) -> Callable[[User], Any]:
    """Call with a user to get a browser page that is signed in as them."""

    def sign_in(user: User) -> Any:
        client = Client()
        client.force_login(user, backend=django_settings.AUTHENTICATION_BACKENDS[1])
        cookie = client.cookies[django_settings.SESSION_COOKIE_NAME]
        page.context.add_cookies(
            [{"name": cookie.key, "value": cookie.value, "url": live_server.url}]
        )
        return page

    return sign_in
