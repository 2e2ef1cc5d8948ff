#!/usr/bin/env bash
# nginx 1.22.1 (Debian 12): with `hash … consistent` and `proxy_next_upstream off`, keys still go to another server.
#
# Guessed: `proxy_next_upstream off` keeps each key on its server: while that is down, its keys are answered with 502.
# Seen: the first call is; then the server is left out for 10 s (`max_fails=1 fail_timeout=10s`, the defaults), and the
# hash sends all of its keys to the other server, which answers them with 200. So what keeps state by key (a cache, a
# session, a sandbox's world) is made a second time elsewhere, and one line of 502 in the log is all that tells of it.
# With `max_fails=0` each key is answered with 502 until its server is back.
# To do: where a key has one home, write `max_fails=0` on each `server`, beside `proxy_next_upstream off`.
# Wants Debian 12, python3, and root, to install nginx where there is none.
set -euo pipefail
PATH=$PATH:/usr/sbin
command -v nginx >/dev/null || apt-get install -qq -y nginx-light >/dev/null
nginx -v 2>&1 | grep -F 'nginx/1.22.1'
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 - "$folder" <<'PY'
import http.client
import socket
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

FOLDER = Path(sys.argv[1])
KEYS = [f"key-{number}" for number in range(12)]


class Named(BaseHTTPRequestHandler):
    def do_GET(self):
        text = str(self.server.server_port).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_):
        pass


def serve(port=0):
    server = ThreadingHTTPServer(("127.0.0.1", port), Named)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def asked(port, key):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("GET", f"/?key={key}")
    answer = connection.getresponse()
    text = answer.read().decode()
    return text if answer.status == 200 else str(answer.status)


def tried(option):
    first, second = serve(), serve()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    servers = "".join(f"server 127.0.0.1:{each.server_port} {option};" for each in (first, second))
    paths = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    (FOLDER / "nginx.conf").write_text(
        f"daemon off; pid {FOLDER}/pid; events {{}} http {{ access_log off;"
        + "".join(f"{name}_temp_path {FOLDER}/{name};" for name in paths)
        + f"upstream both {{ hash $arg_key consistent; {servers} }}"
        f"server {{ listen 127.0.0.1:{port};"
        "location / { proxy_pass http://both; proxy_next_upstream off; } } }"
    )
    nginx = subprocess.Popen(["nginx", "-c", f"{FOLDER}/nginx.conf", "-e", f"{FOLDER}/log"])
    try:
        for _ in range(100):
            try:
                homes = {key: asked(port, key) for key in KEYS}
                break
            except ConnectionRefusedError:
                time.sleep(0.05)
        second.shutdown()
        second.server_close()
        lost = [key for key in KEYS if homes[key] == str(second.server_port)]
        assert 0 < len(lost) < len(KEYS), homes
        return str(first.server_port), [asked(port, key) for key in lost]
    finally:
        nginx.terminate()
        nginx.wait()


other, seen = tried("")
print("defaults:   ", seen)
assert seen[0] == "502" and len(seen) > 1 and set(seen[1:]) == {other}
_, seen = tried("max_fails=0")
print("max_fails=0:", seen)
assert set(seen) == {"502"}
PY
