#!/usr/bin/env bash
# werkzeug 3.1.9: the `best` of what Chromium accepts is a signed exchange, at quality 0.7, before HTML at 1.
#
# Guessed: `request.accept_mimetypes.best` is the type of the highest quality, and so text/html for every browser.
# Seen: it is the most specific one. A parameter (`v=b3`) makes a type more specific than any without, and what is
# more specific stands before what has a higher quality. Firefox's header, which has no parameter, gives text/html.
# To do: to tell a browser from a program, compare qualities (`accept_mimetypes["text/html"]`), or ask
# `best_match([...])`, which both say text/html.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder"
"$folder/bin/pip" install --quiet --disable-pip-version-check werkzeug==3.1.9
"$folder/bin/python" - <<'PY'
import sys

from werkzeug.datastructures import MIMEAccept
from werkzeug.http import parse_accept_header

CHROMIUM = (
    "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,"
    "*/*;q=0.8,application/signed-exchange;v=b3;q=0.7"
)
FIREFOX = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
chromium, firefox = (parse_accept_header(text, MIMEAccept) for text in (CHROMIUM, FIREFOX))
offered = ["application/json", "text/html"]
seen = (
    chromium.best,
    chromium.quality(chromium.best),
    chromium["text/html"],
    chromium.best_match(offered),
    firefox.best,
)
print(*seen)
sys.exit(seen != ("application/signed-exchange; v=b3", 0.7, 1, "text/html", "text/html"))
PY
