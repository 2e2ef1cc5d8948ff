"""The files of docs/scaling.md fit each other, the settings, and what reads them."""

import re
import shlex
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from sandbox.app import PROVIDERS, setting_names
from sandbox.cli import main
from tests import programs
from tests.conftest import ROOT
from tests.examples.documents import blocks, page
from tests.examples.test_commands import parse
from tests.scaling.proxies import EXAMPLES

UNIT = EXAMPLES / "refund-sandbox@.service"
MANIFEST = ROOT / "examples" / "kubernetes" / "refund-sandbox.yaml"
OBJECTS: list[dict[str, Any]] = list(yaml.safe_load_all(MANIFEST.read_text("utf-8")))
VARIABLES = {f"SANDBOX_{name.upper()}" for name in setting_names(PROVIDERS)}


@pytest.mark.parametrize("version", ["1.31.0", "1.37.0"])
def test_the_manifest_is_as_kubernetes_schemas_want_it(version: str) -> None:
    program = Path(sys.prefix) / "beside" / "kubernetes" / "bin" / "kubernetes-validate"
    programs.require(program)
    command = [str(program), "--strict", "--quiet", "-k", version, str(MANIFEST)]
    ended = subprocess.run(command, capture_output=True, text=True)
    assert ended.returncode == 0, ended.stdout + ended.stderr


def of_kind(kind: str) -> dict[str, dict[str, Any]]:
    """The manifest's objects of a kind, by name."""
    return {each["metadata"]["name"]: each for each in OBJECTS if each["kind"] == kind}


def members_of(config: str, name: str) -> list[str]:
    """The servers of an upstream or a backend, without what stands behind their ports."""
    match = re.search(rf"(?:upstream|backend) {name}\b(.*?)(?:\n}}|\Z)", config, re.DOTALL)
    assert match
    return re.findall(r"^ *server .*?:\d+.*?(?=;|\s*#|$)", match[1], re.MULTILINE)


@pytest.mark.parametrize(
    ("language", "file"), [("nginx", "nginx.conf"), ("haproxy", "haproxy.cfg")]
)
def test_the_page_adds_a_member_to_those_that_are_there(language: str, file: str) -> None:
    (added,) = blocks(page("docs/scaling.md"), language)
    there = [each.split() for each in members_of((EXAMPLES / file).read_text("utf-8"), "members1")]
    then = [each.split() for each in members_of(added.text, "members2")]
    assert (len(there), then[:-1]) == (2, there)


def test_the_unit_is_one_that_systemd_reads(tmp_path: Path) -> None:
    analyze = programs.find("systemd-analyze")
    text = UNIT.read_text("utf-8").replace("/usr/local/bin/refund-sandbox", "/bin/true")
    unit = tmp_path / "refund-sandbox@1.service"
    unit.write_text(text, "utf-8")
    ended = subprocess.run([analyze, "verify", str(unit)], capture_output=True, text=True)
    assert (ended.returncode, ended.stderr) == (0, "")


def test_the_unit_serves_with_options_and_variables_that_exist() -> None:
    text = UNIT.read_text("utf-8").replace("%i", "1")
    (start,) = re.findall("^ExecStart=(.*)$", text, re.MULTILINE)
    program, *words = shlex.split(start)
    assert program.endswith("/refund-sandbox")
    parse(main, words)
    assert set(re.findall(r"\bSANDBOX_\w+(?==)", text + page("docs/scaling.md"))) <= VARIABLES
    (folder,) = re.findall("^Environment=SANDBOX_DATA=/var/lib/(.*)$", text, re.MULTILINE)
    assert f"\nStateDirectory={folder}\n" in text


def test_the_proxy_of_kubernetes_is_that_of_the_page_with_other_addresses() -> None:
    config = (EXAMPLES / "nginx.conf").read_text("utf-8")
    for member in range(2):
        config = config.replace(f"127.0.0.1:{8431 + member}", f"refund-sandbox-{member}:8426")
    data = of_kind("ConfigMap")["refund-sandbox-proxy"]["data"]
    assert data["default.conf"] == config
    assert data["worlds.map"] == (EXAMPLES / "worlds.map").read_text("utf-8")


def test_each_member_in_kubernetes_has_a_service_of_its_own_and_knows_all_others() -> None:
    (members,) = of_kind("StatefulSet").values()
    names = [f"refund-sandbox-{number}" for number in range(members["spec"]["replicas"])]
    addresses = [f"{name}:8426" for name in names]
    config = of_kind("ConfigMap")["refund-sandbox-proxy"]["data"]["default.conf"]
    assert [each.split()[1] for each in members_of(config, "members1")] == addresses
    services = of_kind("Service")
    for name in names:
        spec = services[name]["spec"]
        assert spec["selector"] == {"statefulset.kubernetes.io/pod-name": name}
        assert spec["publishNotReadyAddresses"] is True
        assert spec["ports"] == [{"port": 8426}]
    assert services[members["spec"]["serviceName"]]["spec"]["clusterIP"] == "None"
    (container,) = members["spec"]["template"]["spec"]["containers"]
    variables = {each["name"]: each.get("value") for each in container["env"]}
    assert set(variables) <= VARIABLES
    assert variables["SANDBOX_PEERS"] == ",".join(f"http://{each}" for each in addresses)
    user = members["spec"]["template"]["spec"]["securityContext"]
    assert f"USER {user['runAsUser']}:{user['runAsGroup']}" in page("Dockerfile")


def volumes(workload: Mapping[str, Any]) -> Iterator[tuple[set[str], set[str]]]:
    """The volumes that each container mounts, and those there are."""
    pod = workload["spec"]["template"]["spec"]
    claims = workload["spec"].get("volumeClaimTemplates", ())
    there = {each["name"] for each in pod["volumes"]}
    there |= {each["metadata"]["name"] for each in claims}
    for container in pod["containers"]:
        yield {each["name"] for each in container["volumeMounts"]}, there


def test_the_parts_of_the_manifest_name_parts_that_exist() -> None:
    workloads = [*of_kind("StatefulSet").values(), *of_kind("Deployment").values()]
    labels = [each["spec"]["template"]["metadata"]["labels"] for each in workloads]
    assert [each["spec"]["selector"]["matchLabels"] for each in workloads] == labels
    assert all(mounted == there for each in workloads for mounted, there in volumes(each))
    selected = [each["spec"]["selector"] for each in of_kind("Service").values()]
    assert all(each in labels for each in selected if "app" in each)
    budgets = of_kind("PodDisruptionBudget").values()
    assert [each["spec"]["selector"]["matchLabels"] for each in budgets] == labels
    (ingress,) = of_kind("Ingress").values()
    (rule,) = ingress["spec"]["rules"]
    (path,) = rule["http"]["paths"]
    backend = path["backend"]["service"]
    ports = of_kind("Service")[backend["name"]]["spec"]["ports"]
    assert ports == [{"port": backend["port"]["number"]}]
    assert f"https://{rule['host']}" in str(of_kind("StatefulSet"))
