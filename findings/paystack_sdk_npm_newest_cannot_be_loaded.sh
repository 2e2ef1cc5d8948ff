#!/usr/bin/env bash
# @paystack/paystack-sdk (npm): the newest version holds no code, and the one before can't be loaded by Node.
#
# Guessed: `npm install @paystack/paystack-sdk` brings a client that runs.
# Seen: 1.2.1, the newest, holds its README and its settings for TypeScript, and no `dist`. 1.2.0 says `"type":
# "module"`, so that Node takes its CommonJS files for ES modules ("exports is not defined"), and its ES modules
# import folders, which Node refuses (ERR_UNSUPPORTED_DIR_IMPORT): neither `require` nor `import` works. 1.0.1 can be
# loaded, but `import { Paystack }` gives undefined, without an error, since `module.exports` is set after the names.
# A build, such as a bundler's, may hide the second from a team until the code runs in plain Node.
# To do: lock 1.0.1, and `import Paystack from "@paystack/paystack-sdk"`.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes > /dev/null
sdk=npm:@paystack/paystack-sdk
npm install --silent --ignore-scripts "v1.0.1@$sdk@1.0.1" "v1.2.0@$sdk@1.2.0" "v1.2.1@$sdk@1.2.1"
cat > load.mjs <<'JS'
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);
const told = (error) => error.code ?? error.name;
const seen = {};
for (const name of ["v1.0.1", "v1.2.0", "v1.2.1"]) {
  const shown = (all) => `Paystack is ${typeof all.Paystack}, default ${typeof all.default}`;
  const imported = await import(name).then(shown, told);
  let required;
  try {
    required = typeof require(name);
  } catch (error) {
    required = told(error);
  }
  seen[name] = [imported, required];
  console.log(`${name}  import: ${imported}; require: ${required}`);
}
const wanted = {
  "v1.0.1": ["Paystack is undefined, default function", "function"],
  "v1.2.0": ["ERR_UNSUPPORTED_DIR_IMPORT", "ReferenceError"],
  "v1.2.1": ["ERR_MODULE_NOT_FOUND", "MODULE_NOT_FOUND"],
};
process.exitCode = JSON.stringify(seen) === JSON.stringify(wanted) ? 0 : 1;
JS
node load.mjs
