"""A form that was saved leaves no draft behind."""

from __future__ import annotations

import logging
from collections.abc import Callable
from uuid import UUID

from django.db import Error as AnyDatabaseError
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from patients.drafts.keeping import forget_draft
from patients.models import User

logger = logging.getLogger(__name__)


class SavedFormsMiddleware:
    """Deletes the draft of a form whose save leads on; one that comes back keeps its draft.

    The save is committed: where this fails, the answer stands. The draft then says, when it is
    offered, that its entry is stored.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        leads_on = response.status_code == 302 or "HX-Redirect" in response.headers
        if request.method != "POST" or not leads_on or not isinstance(request.user, User):
            return response
        try:
            forget_draft(UUID(request.POST.get("uid", "")), by=request.user)
        except ValueError:
            pass
        except AnyDatabaseError:
            logger.exception("the draft of a saved form could not be deleted")
        return response
