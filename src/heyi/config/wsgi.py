"""The pages: one WSGI application."""

import os

from django.core.wsgi import get_wsgi_application

from heyi.config import warm

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "heyi.config.settings")
application = get_wsgi_application()
warm.settle()
