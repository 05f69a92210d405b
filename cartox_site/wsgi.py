"""The WSGI application, which gunicorn serves: `gunicorn --config cartox_site/gunicorn.py`."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cartox_site.settings")

application = get_wsgi_application()
