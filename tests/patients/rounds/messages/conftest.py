"""A site with two addresses, a clock that a test moves, and a service that notes what it took."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine

from patients.rounds.messages import deliver
from tests.patients.rounds.messages.calling import AT, SITE


@pytest.fixture(autouse=True)
def _site(settings: Any) -> None:
    settings.CARTOX_MESSAGES = SITE


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """It is the moment at which the call is opened, until the test moves it."""
    with time_machine.travel(AT, tick=False) as traveller:
        yield traveller


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The texts that services took; each takes everything."""
    texts: list[str] = []

    def take(_address: str, text: str) -> str:
        texts.append(text)
        return ""

    monkeypatch.setattr(deliver, "sent_to", take)
    return texts
