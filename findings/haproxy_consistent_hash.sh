#!/usr/bin/env bash
# HAProxy 2.6.12 (Debian 12): to name the default hash function switches off what makes it spread; and a server is its line.
#
# Guessed: `hash-type consistent sdbm` is `hash-type consistent`, as sdbm is the default function; and a consistent hash
# goes by the servers' names or addresses, so that the order of their lines does not matter.
# Seen: `hash-type consistent` is sdbm with avalanche, and spreads 300 keys (world-1, world-2, …) over three servers.
# `hash-type consistent sdbm` is without it: all 300 go to one server. And a server stands on the ring by its
# `id`, which is the number of its line unless it is given: with the last line put first, all 300 keys change servers,
# though names and addresses are the same; and with a line taken out, 25 keys of the servers that stay move, too. With
# `id` on each server only the keys of the one that is gone move.
# To do: leave the function out, or add `avalanche`; give each server an `id`.
# Wants Debian 12, python3, and root, to install HAProxy where there is none.
set -euo pipefail
PATH=$PATH:/usr/sbin
command -v haproxy >/dev/null || apt-get install -qq -y haproxy >/dev/null
haproxy -v | grep -F 'version 2.6.12'
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 - "$folder" <<'PY'
import http.client
import socket
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

FOLDER = Path(sys.argv[1])
KEYS = [f"world-{number}" for number in range(1, 301)]


def homes(hash_type, *servers):
    """The server of each key; HAProxy itself says it, so no server is needed."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    lines = "".join(f"  server {each}\n" for each in servers)
    answering = "".join(
        f"listen {name}\n  bind unix@{FOLDER}/{name}\n"
        f"  http-request return status 200 content-type text/plain string {name}\n"
        for name in "abc"
    )
    (FOLDER / "cfg").write_text(
        "defaults\n  mode http\n  timeout connect 5s\n  timeout client 5s\n  timeout server 5s\n"
        f"listen front\n  bind 127.0.0.1:{port}\n  balance hash url_param(key)\n"
        f"  hash-type consistent {hash_type}\n{lines}{answering}"
    )
    haproxy = subprocess.Popen(["haproxy", "-db", "-f", str(FOLDER / "cfg")])
    try:
        for _ in range(100):
            try:
                connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
                connection.connect()
                break
            except ConnectionRefusedError:
                time.sleep(0.05)
        found = {}
        for key in KEYS:
            connection.request("GET", f"/?key={key}")
            found[key] = connection.getresponse().read().decode()
        return found
    finally:
        haproxy.terminate()
        haproxy.wait()


def moved(before, after, of="abc"):
    return sum(before[key] != after[key] for key in KEYS if before[key] in of)


a, b, c = (f"{name} unix@{FOLDER}/{name}" for name in "abc")
usual = homes("", a, b, c)
print("consistent:               ", dict(sorted(Counter(usual.values()).items())))
print("consistent sdbm avalanche:", "the same" if homes("sdbm avalanche", a, b, c) == usual else "others")
named = homes("sdbm", a, b, c)
print("consistent sdbm:          ", dict(Counter(named.values())))
assert set(usual.values()) == {"a", "b", "c"} and len(set(named.values())) == 1
assert homes("sdbm avalanche", a, b, c) == usual

turned = moved(usual, homes("", c, a, b))
without = moved(usual, homes("", a, c), "ac")
with_ids = moved(homes("", f"{a} id 1", f"{b} id 2", f"{c} id 3"), homes("", f"{a} id 1", f"{c} id 3"), "ac")
print(f"of 300 keys, the last line put first moves {turned}")
print(f"without b, of the keys of a and c move {without}; where each has an id, {with_ids}")
assert turned == 300 and without > 0 and with_ids == 0
PY
