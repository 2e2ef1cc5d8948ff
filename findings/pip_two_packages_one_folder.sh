#!/usr/bin/env bash
# pip 25.3: two packages that own the same files are installed one over the other, and `pip check` finds it good.
#
# Guessed: pip refuses the second one or warns, or `pip check` tells of it; and whoever uninstalls the second is back
# where he was.
# Seen: "Successfully installed", and `import jwt` is then the other package, without `encode`. After the second is
# uninstalled, `jwt/__init__.py` is gone, too: `import jwt` works, as a namespace package with nothing in it, and
# fails only where `jwt.encode` is called. `pip check` says "No broken requirements found" both times. (Here PyJWT,
# which payment code signs tokens with, and `jwt`, which one installs by mistake for the name of the import.)
# To do: pip install --force-reinstall PyJWT; of one's own pair of packages, say that one of the two is installed.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder"
pip() { "$folder/bin/python" -m pip --disable-pip-version-check "$@"; }
pip install --quiet pip==25.3
pip install --quiet PyJWT==2.10.1
look() { "$folder/bin/python" -c 'import jwt; print(jwt.__file__ is not None, hasattr(jwt, "encode"))'; }
alone=$(look); echo "PyJWT alone: a file, encode: $alone"
said=$(pip install jwt==1.4.0 2>&1); echo "${said##*$'\n'}"
both=$(look); echo "jwt over it: a file, encode: $both"; pip check
pip uninstall --quiet --yes jwt
after=$(look); echo "jwt uninstalled: a file, encode: $after"; pip check
test "$alone / $both / $after" = "True True / True False / False False"
! grep -qi "overwr\|conflict\|already exist" <<<"$said"
