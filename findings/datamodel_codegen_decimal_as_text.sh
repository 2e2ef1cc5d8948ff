#!/usr/bin/env bash
# datamodel-code-generator 0.89.0 with pydantic 2.14.4: a JSON number with `format: decimal` is sent as a text.
#
# `decimal` is in OpenAPI's registry of formats, for numbers too: it is how a document says that an amount is exact.
# Guessed: the model has a Decimal, and writes the number that the document describes.
# Seen: it has a Decimal, and writes `"10.50"`, a JSON string, in `model_dump_json` and in `model_dump(mode="json")`.
# So the model breaks its own document, and an API that takes numbers alone refuses the amount.
# To do: leave the format out (then it is a float, and a number), or add a serializer to the field.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check datamodel-code-generator==0.89.0 pydantic==2.14.4
cd "$folder"
cat > shop.yaml <<'YAML'
openapi: 3.1.0
info: {title: Shop, version: "1"}
paths: {}
components:
  schemas:
    Refund:
      type: object
      required: [exact, plain]
      properties: {exact: {type: number, format: decimal}, plain: {type: number}}
YAML
venv/bin/datamodel-codegen --input shop.yaml --input-file-type openapi --output shop.py \
  --output-model-type pydantic_v2.BaseModel --formatters builtin
venv/bin/python - <<'PY'
import sys
from decimal import Decimal

from shop import Refund

refund = Refund(exact=Decimal("10.50"), plain=10.5)
print(refund.model_dump_json(), refund.model_dump(mode="json"))
sys.exit(refund.model_dump_json() != '{"exact":"10.50","plain":10.5}')
PY
