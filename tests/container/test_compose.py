"""The shop of compose.yaml against the sandbox, as two processes on loopback."""

import socket
import subprocess
import sys
from typing import Any

import pytest
import yaml

from tests.container.dockerfile import TOP
from tests.test_server import started, url_in

pytestmark = pytest.mark.slow

SERVICES: dict[str, Any] = yaml.safe_load((TOP / "compose.yaml").read_text("utf-8"))["services"]


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


def shop(**changed: str) -> tuple[int, str]:
    """How the shop ends, and what it says, if the sandbox's environment is changed so."""
    sandbox, app = SERVICES["sandbox"]["environment"], SERVICES["app"]
    port = str(free_port())
    here = {k: v.replace("//app:3000/", f"//127.0.0.1:{port}/") for k, v in sandbox.items()}
    with started(**{**here, **changed}) as (_, banner):
        environment = {**app["environment"], "PAYMENTS_URL": url_in(banner), "PORT": port}
        mounted, at, _ = app["volumes"][0].split(":")
        _, *options, file = app["command"]
        ended = subprocess.run(
            [sys.executable, *options, file.replace(at, str(TOP / mounted))],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=60,
        )
    return ended.returncode, ended.stdout


def test_the_services_find_each_other() -> None:
    sandbox, app = (SERVICES[name]["environment"] for name in ("sandbox", "app"))
    assert app["PAYMENTS_URL"] == "http://sandbox:8426"
    assert sandbox["SANDBOX_LAHZA_WEBHOOK_URL"] == f"http://app:{app['PORT']}/lahza"
    assert sandbox["SANDBOX_LEAN_WEBHOOK_URL"] == f"http://app:{app['PORT']}/lean"


def test_the_sandbox_can_write_nothing_and_is_healthy_before_the_shop_opens() -> None:
    sandbox, app = SERVICES["sandbox"], SERVICES["app"]
    assert sandbox["read_only"] is True
    assert sandbox["cap_drop"] == ["ALL"]
    assert sandbox["ports"] == ["127.0.0.1:8426:8426"]
    assert app["depends_on"] == {"sandbox": {"condition": "service_healthy"}}


def test_the_shop_is_content() -> None:
    code, said = shop()
    assert code == 0, said
    assert said.count("webhook") == 7
    assert "lahza  refund   processed" in said
    assert "lean   refund   ACCEPTED_BY_BANK" in said


def test_the_shop_believes_no_forged_webhook() -> None:
    code, said = shop(SANDBOX_LEAN_WEBHOOK_SECRET="another")
    assert code == 1
    assert "lean   webhook  forged" in said
    assert "lean   heard    expected" in said
