#!/usr/bin/env bash
# aiohttp 3.14.5, httpx 0.28.1, niquests 3.21.2, requests-toolbelt 1.0.0: of a base URL with a path, some lose the path.
#
# Guessed: a client that is given the base URL http://host/w/shop calls http://host/w/shop/refund for "/refund", as
# HTTP clients agree on that by now.
# Seen: httpx and niquests do. requests-toolbelt's BaseUrlSession joins as a browser does a link: "/refund" goes to the
# root of the host, and without a slash at the end of the base URL, "refund" goes to /w/refund. aiohttp refuses a base
# URL without that slash, with a ValueError; and with it, "/refund" goes to the root of the host, without a word.
# To do: where a base URL may have a path (a gateway, a tenant, a version), end it with a slash and begin paths
# without one: that is the one way that all four take alike.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder"
"$folder/bin/pip" install --quiet --disable-pip-version-check \
  aiohttp==3.14.5 httpx==0.28.1 niquests==3.21.2 requests-toolbelt==1.0.0 requests==2.34.2
"$folder/bin/python" - <<'PY'
import asyncio
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import aiohttp
import httpx
import niquests
from requests_toolbelt.sessions import BaseUrlSession


class Server(BaseHTTPRequestHandler):
    def do_GET(self):
        """Answer with the path that was asked for."""
        body = self.path.encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


async def with_aiohttp(base, path):
    async with aiohttp.ClientSession(base) as session, session.get(path) as answer:
        return await answer.text()


CLIENTS = {
    "aiohttp": lambda base, path: asyncio.run(with_aiohttp(base, path)),
    "httpx": lambda base, path: httpx.Client(base_url=base, trust_env=False).get(path).text,
    "niquests": lambda base, path: niquests.Session(base_url=base).get(path).text,
    "requests-toolbelt": lambda base, path: BaseUrlSession(base).get(path).text,
}
EXPECTED = {  # of aiohttp, httpx, niquests, requests-toolbelt
    ("/w/shop", "/refund"): ["ValueError", "/w/shop/refund", "/w/shop/refund", "/refund"],
    ("/w/shop", "refund"): ["ValueError", "/w/shop/refund", "/w/shop/refund", "/w/refund"],
    ("/w/shop/", "/refund"): ["/refund", "/w/shop/refund", "/w/shop/refund", "/refund"],
    ("/w/shop/", "refund"): ["/w/shop/refund"] * 4,
}

with ThreadingHTTPServer(("127.0.0.1", 0), Server) as server:
    threading.Thread(target=server.serve_forever, daemon=True).start()
    host = f"http://127.0.0.1:{server.server_port}"
    for (base, path), expected in EXPECTED.items():
        seen = []
        for get in CLIENTS.values():
            try:
                seen.append(get(host + base, path))
            except ValueError:
                seen.append("ValueError")
        print(f"base URL {base}, path {path}: {dict(zip(CLIENTS, seen))}")
        assert seen == expected
    server.shutdown()
PY
