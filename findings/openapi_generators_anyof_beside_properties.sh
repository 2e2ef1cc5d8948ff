#!/usr/bin/env bash
# openapi-typescript 7.13.0 and openapi-python-client 0.29.1: `anyOf` beside `properties` takes an object's type away.
#
# A payee has an IBAN or an account number, so its schema has `properties`, and beside them
# `anyOf: [{required: [iban]}, {required: [account_number]}]`, which JSON Schema uses for that.
# Guessed: the type has all the keys; whether one of the two must be there is left out, or is a union.
# Seen: openapi-typescript writes `{…} | unknown | unknown`, which is `unknown` to TypeScript. openapi-python-client
# makes no class, and its call returns `Response[Any]`. Neither warns.
# To do: write `allOf: [{anyOf: […]}]`. That is the same to a validator, and both make a type with all the keys.
# It wants Node and npm, too.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check openapi-python-client==0.29.1
cd "$folder"
npm install --silent --ignore-scripts openapi-typescript@7.13.0 typescript@5.9.3 > /dev/null 2>&1
describe() {
  cat <<YAML
openapi: 3.1.0
info: {title: Shop, version: "1"}
paths:
  /payee:
    get:
      operationId: get_payee
      responses:
        "200": {description: One, content: {application/json: {schema: {\$ref: "#/components/schemas/Payee"}}}}
components:
  schemas:
    Payee:
      type: object
      required: [name]
      properties: {name: {type: string}, iban: {type: string}, account_number: {type: string}}
      $1
YAML
}
rule='anyOf: [{required: [iban]}, {required: [account_number]}]'
describe "$rule" > plain.yaml
describe "allOf: [{$rule}]" > inside.yaml
for name in plain inside; do
  npx openapi-typescript "$name.yaml" --output "$name.d.ts" > /dev/null 2>&1
  printf 'import type { components } from "./%s.d.ts";\ndeclare const payee: components["schemas"]["Payee"];\nexport const name: string = payee.name;\n' \
    "$name" > "$name.use.ts"
  npx tsc --noEmit --strict --module nodenext --allowImportingTsExtensions "$name.use.ts" > "$name.tsc" || true
  venv/bin/openapi-python-client generate --path "$name.yaml" --meta none --output-path "$name" > "$name.log" 2>&1
  returned=$(grep -A 9 'def sync_detailed' "$name/api/default/get_payee.py" | grep -m1 -o 'Response\[.*\]')
  echo "$name: TypeScript: $(cat "$name.tsc")"
  echo "$name: Python: $returned, models: $(cd "$name/models" && echo *.py), warnings: $(grep -ci warn "$name.log" || true)"
  echo "$returned" > "$name.returned"
done
grep -q "'payee' is of type 'unknown'" plain.tsc
test ! -s inside.tsc
grep -qF 'Response[Any]' plain.returned
grep -qF 'Response[Payee]' inside.returned
grep -q 'iban: str | Unset' inside/models/payee.py
