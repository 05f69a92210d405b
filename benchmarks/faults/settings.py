"""The settings of a ward, without the need to collect the files that browsers load."""

from cartox_site.settings import *  # noqa: F403
from cartox_site.settings import STORAGES

STORAGES = STORAGES | {
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
}
