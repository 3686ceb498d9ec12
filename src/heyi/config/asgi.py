"""The live streams: one ASGI application beside the pages; a proxy sends it ``/live/``."""

import os

from django.core.asgi import get_asgi_application

from heyi.config import warm

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "heyi.config.settings")
application = get_asgi_application()
warm.settle()
