#!/usr/bin/env bash
# Django 5.2.19: without STATIC_URL each answer of the live server is a 500, and the test client's is not.
#
# Guessed: STATIC_URL is for those who serve static files; settings without it, and without
# django.contrib.staticfiles, do for a live server as they do for the test client.
# Seen: the live server asks of each path whether it is a static file's. STATIC_URL is None by default, for
# which urlsplit() answers in bytes: TypeError, a 500 from wsgiref, outside of Django's own handling of errors.
# To do: set STATIC_URL = "static/", as `startproject` does, also in settings kept short for tests.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder"
"$folder/bin/pip" install --quiet --disable-pip-version-check django==5.2.19
"$folder/bin/python" - 2>/dev/null <<'PY'
import sys
import urllib.error
import urllib.request

import django
from django.conf import settings
from django.http import HttpResponse
from django.urls import path

settings.configure(ROOT_URLCONF=__name__, ALLOWED_HOSTS=["*"], SECRET_KEY="any")
django.setup()
from django.test import Client, override_settings  # noqa: E402
from django.test.testcases import LiveServerThread, _StaticFilesHandler  # noqa: E402

urlpatterns = [path("webhooks/", lambda request: HttpResponse("ok"))]


def live():
    """The status with which a live server answers."""
    server = LiveServerThread("127.0.0.1", _StaticFilesHandler, connections_override={})
    server.start()
    server.is_ready.wait()
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{server.port}/webhooks/") as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code
    finally:
        server.terminate()


without = live()
with override_settings(STATIC_URL="static/"):
    seen = Client().get("/webhooks/").status_code, without, live()
print("test client: {}, live server: {}, with STATIC_URL: {}".format(*seen))
assert seen == (200, 500, 200), seen
PY
