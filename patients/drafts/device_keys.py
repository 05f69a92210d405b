"""The key under which a browser keeps what a user has typed while Cartox does not answer.

It follows from the secret of the site, the user and the browser's own number, so that nothing has
to be stored, and the same user gets the same key after the next sign-in. No browser stores it.
"""

from __future__ import annotations

import base64
from uuid import UUID

from django.utils.crypto import salted_hmac

from patients.models import User

SALT = "cartox.drafts.device-key"


def device_key(user: User, device: UUID) -> str:
    """32 bytes in base64, for AES-GCM with 256 bits."""
    made = salted_hmac(SALT, f"{user.pk} {device}", algorithm="sha256")
    return base64.b64encode(made.digest()).decode()
