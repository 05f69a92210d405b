"""Signing people out everywhere: when their account is closed, or an administrator wants it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.dispatch import Signal
from django.utils import timezone

sessions_ended = Signal()
"""Sent with `user_key` and `count` where sessions of a user were ended."""
signed_out_everywhere = Signal()
"""Sent with `user_keys` after every session of these users was ended, though there were none."""


def end_sessions(user_keys: Iterable[object]) -> int:
    """Delete every session of the users with these primary keys; returns how many there were.

    A session names its user inside its signed content only, so each that has not expired is read:
    a site has as many as people who signed in during the last 12 hours.
    """
    keys = list(user_keys)
    wanted = {str(key) for key in keys}
    theirs = [
        (session.session_key, key)
        for session in Session.objects.filter(expire_date__gt=timezone.now()).iterator()
        if (key := session.get_decoded().get(SESSION_KEY)) in wanted
    ]
    for session_key, _ in theirs:
        SessionStore(session_key).flush()
    for key, count in Counter(key for _, key in theirs).items():
        sessions_ended.send(sender=None, user_key=key, count=count)
    signed_out_everywhere.send(sender=None, user_keys=keys)
    return len(theirs)
