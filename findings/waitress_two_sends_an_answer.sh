#!/usr/bin/env bash
# waitress 3.0.2: the smallest answer leaves in two sends, and the setting that joins them is on its way out.
#
# Guessed: `send_bytes` is by default some 18,000, as its documentation once said, so that the headers and a
# short body leave together.
# Seen: `send_bytes` is 1. Headers and body are two calls of send(), two segments on the wire, and two
# wake-ups of a client that reads as it comes. With a larger one they leave together, but to set it raises
# a DeprecationWarning, which fails a test run that makes warnings errors.
# To do: count the sends before the server is blamed for slow answers; set it on the adjustments, or join the
# answer before it is written.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder"
"$folder/bin/pip" install --quiet --disable-pip-version-check waitress==3.0.2
"$folder/bin/python" - <<'PY'
import socket
import threading
import warnings

from waitress.channel import HTTPChannel
from waitress.server import create_server


def app(environ, start_response):
    start_response("200 OK", [("Content-Length", "2")])
    return [b"ok"]


def sends(**settings):
    """How many calls of send() one answer takes."""
    sent = []
    send = HTTPChannel.send
    HTTPChannel.send = lambda self, data, **more: sent.append(data) or send(self, data, **more)
    server = create_server(app, host="127.0.0.1", port=0, **settings)
    threading.Thread(target=server.run, daemon=True).start()
    with socket.create_connection(("127.0.0.1", server.effective_port)) as client:
        client.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        answer = b"".join(iter(lambda: client.recv(65536), b""))
    HTTPChannel.send = send
    assert answer.endswith(b"\r\n\r\nok"), answer
    return len(sent)


with warnings.catch_warnings(record=True) as said:
    warnings.simplefilter("always")
    one, joined = sends(), sends(send_bytes=18000)
print("sends an answer by default:", one, "- with send_bytes=18000:", joined)
print("said:", [str(each.message) for each in said])
assert (one, joined) == (2, 1)
assert [each.category for each in said] == [DeprecationWarning]
PY
