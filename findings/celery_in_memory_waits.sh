#!/usr/bin/env bash
# Celery 5.7.0, in-memory broker and results: each task takes a second, and half a second after either of two settings.
#
# Guessed: with `memory://` and `cache+memory://`, and the worker in a thread of the same process, a task that does
# nothing takes milliseconds; if anything waits, it is the broker, whose transport option `polling_interval` says so.
# Seen: five tasks, one after the other, take 5 s. With `polling_interval` 0.01 they still take 2.5 s: `get` itself looks
# for the result twice a second, unless told otherwise by its own `interval`. `get(interval=0.01)` alone: 5 s again.
# With both, the five take well under 0.5 s. Whatever is set, the worker needs some 4 s to stop.
# To do: in tests set both, and let one worker serve the whole session.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder"
"$folder/bin/pip" install --quiet --disable-pip-version-check celery==5.7.0
cd "$folder"
bin/python - <<'PY'
import time

from celery import Celery
from celery.contrib.testing.worker import start_worker

app = Celery("shop", broker="memory://", backend="cache+memory://")


@app.task
def nothing():
    pass


def five(**how):
    """The seconds that five tasks take, one after the other."""
    since = time.monotonic()
    for _ in range(5):
        nothing.delay().get(timeout=30, **how)
    return time.monotonic() - since


took = {}
for setting in ("as they are", "polling_interval"):
    if setting == "polling_interval":
        app.conf.broker_transport_options = {"polling_interval": 0.01}
    with start_worker(app, pool="solo", perform_ping_check=False):
        took[setting] = five()
        took[setting, "interval"] = five(interval=0.01)
        since = time.monotonic()
    took[setting, "stop"] = time.monotonic() - since
for what, seconds in took.items():
    print(f"{what}: {seconds:.2f} s")
assert took["as they are"] > 4 and took["as they are", "interval"] > 4
assert 2 < took["polling_interval"] < 4
assert took["polling_interval", "interval"] < 1.5
assert min(took["as they are", "stop"], took["polling_interval", "stop"]) > 2
PY
