"""The WSGI entry that granian and gunicorn load."""

import logging
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = get_wsgi_application()


def say_what_is_missing() -> None:
    """Without collected static files every page is an error; the log says so at the start, with what mends it."""
    from django.conf import settings

    from config.doctor import machine
    from config.doctor.finding import Level

    found = machine.static()
    if found.level is Level.FAIL and not settings.WHITENOISE_USE_FINDERS:
        logging.getLogger("config").critical("%s %s", found.text, found.advice)


say_what_is_missing()
