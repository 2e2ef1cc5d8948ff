"""A stand-in for a Docker engine: it starts no container, but says that one runs at a port."""

import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

ID = "c0ffee" * 10 + "abcd"


class Engine:
    """What testcontainers asks of an engine, answered.

    Attributes:
        url: of the engine, as DOCKER_HOST has it.
        created: what containers were asked for, as the API takes it.
        is_gone: whether the last one was removed.
    """

    def __init__(self, port: int, published: int) -> None:
        self.url = f"tcp://127.0.0.1:{port}"
        self.created: list[dict[str, Any]] = []
        self.is_gone = False
        self._published = [{"HostIp": "0.0.0.0", "HostPort": str(published)}]

    def answer(self, method: str, path: str, body: Any) -> tuple[int, Any]:
        """An answer's status and JSON; None has no body."""
        path = re.sub(r"^/v[\d.]+", "", path.partition("?")[0])
        match method, path.strip("/").split("/"):
            case "GET", ["version"]:
                return 200, {"ApiVersion": "1.44", "MinAPIVersion": "1.24", "Version": "27.5.1"}
            case "GET", ["info"]:
                return 200, {
                    "OperatingSystem": "Linux",
                    "OSType": "linux",
                    "Architecture": "x86_64",
                }
            case "GET", ["images", *_, "json"]:
                return 200, {"Id": "sha256:" + ID, "RepoTags": [], "Config": {}}
            case "GET", ["containers", "json"]:
                return 200, []
            case "POST", ["containers", "create"]:
                self.created.append(body)
                return 201, {"Id": ID, "Warnings": []}
            case "GET", ["containers", _, "json"]:
                return 200, self._inspected()
            case "POST", ["containers", _, "start" | "stop"]:
                return 204, None
            case "DELETE", ["containers", _]:
                self.is_gone = True
                return 204, None
        return 404, {"message": f"{method} {path}: not here"}

    def _inspected(self) -> dict[str, Any]:
        asked = self.created[-1]
        ports = dict.fromkeys(asked["ExposedPorts"], self._published)
        return {
            "Id": ID,
            "Name": "/sandbox",
            "State": {"Status": "running", "Running": True, "StartedAt": "2027-01-01T09:00:00Z"},
            "Config": {"Hostname": "sandbox", "Labels": {}, "Image": asked["Image"]},
            "HostConfig": {"PortBindings": dict.fromkeys(ports)},
            "NetworkSettings": {"Ports": ports, "Networks": {}},
        }


@contextmanager
def engine(published: int) -> Iterator[Engine]:
    """One on a free port, whose containers' ports are all published at one of this machine's."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def serve(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            body = json.loads(self.rfile.read(length)) if length else None
            status, value = there.answer(self.command, self.path, body)
            sent = b"" if value is None else json.dumps(value).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(sent)))
            self.end_headers()
            self.wfile.write(sent)

        do_GET = do_POST = do_DELETE = serve  # noqa: N815

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        there = Engine(server.server_port, published)
        threading.Thread(target=server.serve_forever).start()
        yield there
        server.shutdown()
