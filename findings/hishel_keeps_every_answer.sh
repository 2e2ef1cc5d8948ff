#!/usr/bin/env bash
# hishel 2.0.0: without `rfc=True` its httpx client keeps every answer for good, whatever the headers say.
#
# Guessed: a cache that is known for RFC 9111 keeps an answer as long as its headers let it, and asks anew for one that
# says nothing, or `no-store`.
# Seen: the first answer to a GET is given again each time, one with `Cache-Control: no-store` too, and to a request
# with `Cache-Control: no-cache`. A loop that polls for a refund's state never sees it change. With `rfc=True` the
# server is asked each time.
# To do: hishel.httpx.CacheClient(rfc=True).
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check "hishel[httpx]==2.0.0" httpx==0.28.1
cd "$folder"
venv/bin/python - <<'PY'
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import hishel.httpx

asked = []


class Polled(BaseHTTPRequestHandler):
    def do_GET(self):
        asked.append(self.path)
        body = str(asked.count(self.path)).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        if self.path.startswith("/no-store"):
            self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *words):
        pass


server = HTTPServer(("127.0.0.1", 0), Polled)
threading.Thread(target=server.serve_forever, daemon=True).start()
url = f"http://127.0.0.1:{server.server_port}"


def seen(path, headers=None, **options):
    with hishel.httpx.CacheClient(**options) as client:
        return [client.get(url + path, headers=headers).text for _ in range(3)]


fresh = {"Cache-Control": "no-cache"}
got = (seen("/plain"), seen("/no-store"), seen("/asked", fresh), seen("/plain-rfc", rfc=True), seen("/no-store-rfc", rfc=True))
server.shutdown()
print("plain: {}, no-store: {}, request with no-cache: {}; with rfc=True: {}, {}".format(*got))
kept, anew = ["1", "1", "1"], ["1", "2", "3"]
sys.exit(got != (kept, kept, kept, anew, anew))
PY
