"""Holds what users install against the known vulnerabilities; says so where it can ask nobody.

pip-audit ends well where its database knows none of the packages, as behind a mirror that serves
packages alone. So what it has not looked up is counted here.
"""

import json
import subprocess
import sys

LOCKED = "requirements/run.txt"


def main() -> int:
    """Report; the exit status is 1 where a package is vulnerable."""
    command = ["pip_audit", "--disable-pip", "--require-hashes", "-r", LOCKED, "-f", "json"]
    asked = subprocess.run([sys.executable, "-m", *command], capture_output=True, text=True)
    try:
        found = json.loads(asked.stdout)["dependencies"]
    except ValueError:
        print(f"pip-audit: nothing could be looked up: {asked.stderr.strip().splitlines()[-1:]}")
        return 0
    unknown = [package["name"] for package in found if "skip_reason" in package]
    if unknown:
        print(
            f"pip-audit: its database can't be asked about {len(unknown)} of {len(found)} packages"
        )
    vulnerable = [
        f"{package['name']} {package['version']}: {each['id']}, mended in {each['fix_versions']}"
        for package in found
        for each in package.get("vulns", [])
    ]
    print(
        "\n".join(vulnerable) or f"pip-audit: {len(found) - len(unknown)} packages, none vulnerable"
    )
    return 1 if vulnerable else 0


if __name__ == "__main__":
    sys.exit(main())
