#!/usr/bin/env bash
# cyclonedx-bom 7.5.0: a wheel that was installed by its path has no package URL in the SBOM, and names the path.
#
# Guessed: a package is listed the same way however it got there; and with --output-reproducible nothing of this
# machine is in the SBOM.
# Seen: pip notes a path that it installed from (direct_url.json, PEP 610). Such a component has no "purl", by
# which scanners look packages up, so they pass it over without a word; and "file:///tmp/…" stands in the SBOM, so
# that it differs from build to build. A CI that installs its own wheel as `pip install dist/*.whl` gets this for the very
# package that the SBOM is about.
# To do: install by name, `pip install --no-index --find-links dist NAME==VERSION`.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv tool && tool/bin/pip install --quiet --disable-pip-version-check cyclonedx-bom==7.5.0
tool/bin/pip download --quiet --disable-pip-version-check --no-deps --dest dist six==1.17.0
sbom() {
  python3 -m venv --without-pip "$1"
  tool/bin/pip --disable-pip-version-check --python "$1/bin/python" install --quiet --no-index "${@:2}"
  tool/bin/cyclonedx-py environment --output-reproducible "$1/bin/python" |
    tool/bin/python -c 'import json, sys
[six] = json.load(sys.stdin)["components"]
paths = [each["url"] for each in six.get("externalReferences", []) if each["url"].startswith("file:")]
print(six.get("purl"), *paths)'
}
by_name=$(sbom by_name --find-links dist six==1.17.0); echo "by name: $by_name"
by_path=$(sbom by_path dist/*.whl); echo "by path: $by_path"
test "$by_name" = "pkg:pypi/six@1.17.0"
test "$by_path" = "None file://$folder/dist/six-1.17.0-py2.py3-none-any.whl"
