#!/usr/bin/env bash
# @hey-api/openapi-ts 0.99.0 loses null from an enum without a type; openapi-typescript 7.13.0 makes unknown of const null.
#
# Both are OpenAPI 3.1, where `enum` and `const` need no `type`.
# Guessed: `enum: [1, null]` is `1 | null`, and `const: null` is `null`.
# Seen: @hey-api/openapi-ts writes `1`, so code that is checked takes the value without asking, and meets null when it
# runs. openapi-typescript writes `unknown` for `const: null`. What the other one makes of each is right.
# To do: say `anyOf: [{type: integer, enum: [1]}, {type: "null"}]`, and `type: "null"` in the place of `const: null`.
# It wants Node and npm.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --ignore-scripts @hey-api/openapi-ts@0.99.0 openapi-typescript@7.13.0 typescript@5.9.3 > /dev/null 2>&1
cat > shop.yaml <<'YAML'
openapi: 3.1.0
info: {title: Shop, version: "1"}
paths: {}
components:
  schemas:
    Refund:
      type: object
      required: [deducted, dispute, plainDeducted, plainDispute]
      properties:
        deducted: {enum: [1, null]}
        dispute: {const: null}
        plainDeducted: {anyOf: [{type: integer, enum: [1]}, {type: "null"}]}
        plainDispute: {type: "null"}
YAML
npx openapi-ts --input shop.yaml --output hey --silent
npx openapi-typescript shop.yaml --output types.d.ts > /dev/null 2>&1
seen() { grep -Ehi '^ *(plain)?(deducted|dispute): ' "$1" | tr -d ' \n'; echo; }
hey=$(seen hey/types.gen.ts); types=$(seen types.d.ts)
echo "@hey-api/openapi-ts: $hey"; echo "openapi-typescript: $types"
test "$hey" = 'deducted:1;dispute:null;plainDeducted:1|null;plainDispute:null;'
test "$types" = 'deducted:1|null;dispute:unknown;plainDeducted:1|null;plainDispute:null;'
