"""Which addresses are those of forms whose typing is kept, and of which course."""

from __future__ import annotations

from uuid import UUID

from django.urls import Resolver404, ResolverMatch, resolve

HOLD_NAMES = frozenset({"admit", "readmit", "patient_correct"})
"""Forms that hold a name or an MRN: of them nothing is kept, in the browser or on the server."""
OF_A_WARD = frozenset({"round_settings"})
"""Forms about no course."""


def form_at(address: str) -> ResolverMatch | None:
    """The page of a form at this address; None where nothing typed there is kept."""
    try:
        page = resolve(address)
    except Resolver404:
        return None
    is_of_a_form = course_uid_of(page) is not None or page.view_name in OF_A_WARD
    return page if is_of_a_form and page.view_name not in HOLD_NAMES else None


def course_uid_of(page: ResolverMatch) -> UUID | None:
    """The course that the address of a page names."""
    uid = page.kwargs.get("uid")
    is_of_a_course = isinstance(uid, UUID) and page.route.startswith("courses/")
    return uid if is_of_a_course else None
