#!/usr/bin/env bash
# Django 5.2.19, SQLite: `database is locked` comes at once; the timeout of 5 s is not waited, nor for select_for_update.
#
# Guessed: who finds the database locked waits for 5 s, the default of sqlite3's `timeout`; and
# `select_for_update` takes the lock, so that of two such views one waits for the other.
# Seen: `select_for_update` does nothing on SQLite, without a word. `atomic` begins a transaction that reads;
# its first write, while another transaction has written and not yet committed, fails within milliseconds:
# SQLite does not wait where waiting could be for ever. With `transaction_mode` IMMEDIATE the lock is taken at
# the beginning, and waited for.
# To do: in tests let nothing write beside the test (a webhook's view, say), or set
# OPTIONS {"transaction_mode": "IMMEDIATE"}. A longer `timeout` alone helps nothing.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder"
"$folder/bin/pip" install --quiet --disable-pip-version-check django==5.2.19
cd "$folder"
bin/python - <<'PY'
import threading
import time

import django
from django.conf import settings

ENGINE = "django.db.backends.sqlite3"
settings.configure(
    DATABASES={
        "default": {"ENGINE": ENGINE, "NAME": "db.sqlite3"},
        "immediate": {
            "ENGINE": ENGINE, "NAME": "db.sqlite3", "OPTIONS": {"transaction_mode": "IMMEDIATE"}
        },
    }
)
django.setup()
from django.db import OperationalError, connections, models, transaction  # noqa: E402


class Order(models.Model):
    paid = models.IntegerField()

    class Meta:
        app_label = "shop"


with connections["default"].schema_editor() as editor:
    editor.create_model(Order)
Order.objects.create(paid=1)


def second_writer(alias):
    """How a transaction ends, and after how long, beside one that commits 1 s later."""
    begun, written, read = threading.Event(), threading.Event(), threading.Event()

    def first():
        with transaction.atomic(using=alias):
            order = Order.objects.using(alias).select_for_update().get()
            begun.set()
            read.wait(0.5)  # with IMMEDIATE the second one can't have read: go on without
            order.save()
            written.set()
            time.sleep(1)
        connections[alias].close()

    thread = threading.Thread(target=first)
    thread.start()
    begun.wait()
    since = time.monotonic()
    try:
        with transaction.atomic(using=alias):
            order = Order.objects.using(alias).select_for_update().get()
            read.set()
            written.wait()
            since = time.monotonic()
            order.save()
        ended = "written"
    except OperationalError as error:
        ended = str(error)
    took = time.monotonic() - since
    thread.join()
    return ended, took


for alias in connections:
    ended, took = second_writer(alias)
    print(f"{alias}: {ended}")
    if alias == "default":
        print(f"  after {took:.3f} s")
        assert ended == "database is locked" and took < 0.9, took
    else:
        assert ended == "written"
PY
