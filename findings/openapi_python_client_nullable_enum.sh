#!/usr/bin/env bash
# openapi-python-client 0.29.1: a nullable list of words, as OpenAPI 3.1 writes it, becomes three enum classes.
#
# Guessed: `type: [string, "null"]` with `enum: [ILS, USD, null]` is one enum class, or None.
# Seen: three classes with the same members, `RefundCurrencyType1`, `…Type2Type1` and `…Type3Type1`. A value is always
# read as the first; one of another class can be sent, and is equal to it, but `isinstance` and `is` tell them apart.
# To do: say `anyOf` of the enum and `type: "null"`. That is the same to a validator, and makes one class.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check openapi-python-client==0.29.1
cd "$folder"
cat > shop.yaml <<'YAML'
openapi: 3.1.0
info: {title: Shop, version: "1"}
paths: {}
components:
  schemas:
    Refund:
      type: object
      properties:
        currency: {type: [string, "null"], enum: [ILS, USD, null]}
        other: {anyOf: [{type: string, enum: [ILS, USD]}, {type: "null"}]}
YAML
venv/bin/openapi-python-client generate --path shop.yaml --meta none --output-path shop > /dev/null 2>&1
venv/bin/python - <<'PY'
import sys

from shop import models

classes = [name for name in models.__all__ if name != "Refund"]
print(*classes)
read = models.Refund.from_dict({"currency": "ILS"}).currency
print(type(read).__name__, isinstance(read, models.RefundCurrencyType2Type1))
of_currency = ["RefundCurrencyType1", "RefundCurrencyType2Type1", "RefundCurrencyType3Type1"]
print(models.Refund(models.RefundCurrencyType2Type1.ILS).to_dict())
sys.exit(classes != [*of_currency, "RefundOtherType0"] or type(read).__name__ != of_currency[0])
PY
