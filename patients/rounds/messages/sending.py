"""Hand a text to a service by apprise. Only the worker and a check import this: it takes a second.

Nothing that apprise says of a failure is passed on: address and password may stand in it.
"""

from __future__ import annotations

import re

from apprise import Apprise, AppriseAsset, NotifyFormat
from apprise.result import AppriseResult, AppriseResultStatus

LONGEST_S = 20
"""Seconds for one attempt at one address, less than a worker holds its claim."""
ANSWERED_CODE = re.compile(r"\berror=(\d{3})\b")

ASSET = AppriseAsset(
    app_id="Cartox",
    app_desc="Cartox",
    app_url="",
    image_url_mask="",
    image_url_logo="",
    http_redirects=False,
    secure_logging=True,
    storage_mode="memory",
)


def is_readable(url: str) -> bool:
    """Whether apprise knows a service by this address."""
    return Apprise.instantiate(url, asset=ASSET, suppress_exceptions=True) is not None


def send(url: str, subject: str, text: str) -> str:
    """Try once; empty where the service took it, else why it is not sure that it did."""
    service = Apprise.instantiate(url, asset=ASSET, suppress_exceptions=True)
    if service is None:
        return "The address is not one that apprise can use."
    service.retry = 0  # whatever the address says: a second time has to say that it is one
    services = Apprise(asset=ASSET)
    services.add(service)
    result = services.notify(
        body=text, title=subject, body_format=NotifyFormat.TEXT, timeout=LONGEST_S
    )
    attempts = [each for service in result for each in service.attempts]
    if attempts and all(each.status is AppriseResultStatus.SUCCESS for each in attempts):
        return ""
    return _failure(result)


def _failure(result: AppriseResult) -> str:
    if result.status is AppriseResultStatus.TIMEOUT:
        return f"The service did not answer within {LONGEST_S} s."
    matches = (ANSWERED_CODE.search(entry.message) for entry in result.logs())
    codes = [match[1] for match in matches if match is not None]
    if codes:
        return f"The service answered {codes[0]}."
    return "The service could not be reached or did not take the message."
