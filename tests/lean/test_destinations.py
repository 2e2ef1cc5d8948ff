"""Where payments go."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.kit import Box
from tests.lean.calls import DEFAULT, DESTINATION, NEW, NOBODY, error, intent, pay


def created(box: Box, **values: Any) -> dict[str, Any]:
    answer = box.lean.post("/payments/v1/destinations", {**DESTINATION, **values})
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def test_a_destination_is_what_was_said_and_can_be_found(box: Box) -> None:
    made = created(box, swift_code="ARABAEAD", bank_identifier="X", bank_type="RETAIL")

    assert {key: made[key] for key in DESTINATION} == DESTINATION
    assert (made["status"], made["default"]) == ("ACTIVE", False)
    assert made["account_number"] == "11928374650912"
    known = box.lean.get(f"/payments/v1/destinations/{made['id']}").json()
    assert known == {**{k: v for k, v in made.items() if k != "branch_address"}, "currency": "AED"}
    everything = box.lean.get("/payments/v1/destinations").json()
    assert [one["id"] for one in everything] == [made["id"], DEFAULT]
    assert everything[0] == known


@pytest.mark.parametrize(
    ("iban", "number"),
    [
        ("AE840260011928374650912", "11928374650912"),
        ("SA0380000000608010167519", "608010167519"),
        ("GB82WEST12345698765432", "WEST12345698765432"),
    ],
)
def test_an_iban_alone_gives_the_accounts_number(box: Box, iban: str, number: str) -> None:
    made = created(box, iban=iban)
    intended = intent(box, payment_destination_id=made["id"])
    paid = pay(box, payment_intent_id=intended["payment_intent_id"])

    assert made["account_number"] == paid["recipient_details"]["account_number"] == number
    assert intended["payment_destination"]["account_number"] == number


def test_an_intent_shows_the_kind_of_bank_that_was_given(box: Box) -> None:
    for kind, shown in ((None, "RETAIL"), ("SME", "SME")):
        made = intent(box, payment_destination_id=created(box, bank_type=kind)["id"])
        read = box.lean.get(f"/payments/v1/intents/{made['payment_intent_id']}").json()
        assert read["payment_destination"]["bank_type"] == shown


def test_a_customers_destinations_are_its_own(box: Box) -> None:
    created(box)
    mine = created(box, customer_id=NEW.upper())
    rows = box.lean.get(f"/customers/v1/{NEW}/destinations").json()

    assert [row["id"] for row in rows] == [mine["id"]]


def test_a_payment_goes_to_the_destination_of_its_intent(box: Box) -> None:
    destination = created(box, account_number="0012", iban=None)
    made = intent(box, payment_destination_id=destination["id"])
    payment = pay(box, payment_intent_id=made["payment_intent_id"])

    assert made["payment_destination"]["id"] == destination["id"]
    assert payment["recipient_details"] == {
        "account_number": "0012",
        "iban": None,
        "name": "Noor Haddad",
    }
    source = box.lean.get(f"/customers/v1/{NEW}/payment-sources").json()[0]
    assert [b["payment_destination_id"] for b in source["beneficiaries"]] == [destination["id"]]


def test_without_one_it_goes_to_the_default(box: Box) -> None:
    default = box.lean.get(f"/payments/v1/destinations/{DEFAULT}").json()
    parties = [
        pay(box)["recipient_details"],
        pay(box, payment_intent_id=intent(box)["payment_intent_id"])["recipient_details"],
    ]

    assert default["default"] is True
    assert default["name"] == "Sandbox Trading LLC"
    assert [party["iban"] for party in parties] == [default["iban"]] * 2
    assert [party["name"] for party in parties] == [default["name"]] * 2


BAD: list[tuple[dict[str, Any], str, str]] = [
    *(
        ({key: value}, "MISSING_PARAMETERS", key)
        for key in ("name", "display_name", "address", "city", "country")
        for value in (None, ...)
    ),
    ({"iban": None}, "MISSING_PARAMETERS", "iban"),
    ({"name": "Noor"}, "INVALID_NAME", "name, value: Noor"),
    ({"name": "  Noor \t"}, "INVALID_NAME", "name, value:   Noor \t"),
    ({"name": 7}, "INVALID_PARAMETERS", "name, value: 7"),
    ({"iban": "ae840260011928374650912"}, "INVALID_IBAN", "iban, value: ae840260011928374650912"),
    ({"iban": "GB82WEST123"}, "INVALID_IBAN", "iban, value: GB82WEST123"),
    ({"iban": "DE89370400440532013000", "name": "X"}, "INVALID_NAME", "name, value: X"),
    ({"iban": "AE07033123456789012345"}, "INVALID_IBAN", "iban, value: AE07033123456789012345"),
    ({"iban": ["AE84"]}, "INVALID_PARAMETERS", 'iban, value: ["AE84"]'),
    ({"country": "AE"}, "INVALID_PARAMETERS", "country, value: AE"),
    ({"customer_id": "me"}, "INVALID_PARAMETERS", "customer_id, value: me"),
    ({"address": "x" * 256}, "INVALID_PARAMETERS", f"address, value: {'x' * 99}…"),
    (
        {"government_identifier": {"type": "PASSPORT", "value": "1"}},
        "INVALID_PARAMETERS",
        "government_identifier->type, value: PASSPORT",
    ),
    (
        {"government_identifier": {"value": "784"}},
        "MISSING_PARAMETERS",
        "government_identifier->type",
    ),
    ({"government_identifier": 7}, "INVALID_PARAMETERS", "government_identifier, value: 7"),
]


@pytest.mark.parametrize(("values", "status", "field"), BAD)
def test_a_bad_destination(box: Box, values: dict[str, Any], status: str, field: str) -> None:
    before = box.lean.get("/payments/v1/destinations").content
    body = {key: v for key, v in {**DESTINATION, **values}.items() if v is not ...}

    assert error(box.lean.post("/payments/v1/destinations", body)) == (400, status, field)
    assert box.lean.get("/payments/v1/destinations").content == before


SAMPLES = ["SA0080000000123456789012", "AE760260001015000000777"]
"""Of Lean's own, and of an integration that its sandbox serves: their check digits are wrong."""


@pytest.mark.parametrize("iban", SAMPLES)
def test_wrong_check_digits_are_refused_where_a_setting_says_so(box: Box, iban: str) -> None:
    payout = {"name": "Noor Haddad", "iban": iban}
    assert created(box, iban=iban)["iban"] == iban
    assert box.lean.post("/payouts/v1/payment/destinations", [payout]).status_code == 200
    box.admin.patch("/settings", {"lean": {"iban_check_digits": True}})

    refused = box.lean.post("/payments/v1/destinations", {**DESTINATION, "iban": iban})
    assert error(refused) == (400, "INVALID_IBAN", f"iban, value: {iban}")
    refused = box.lean.post("/payouts/v1/payment/destinations", [payout])
    assert error(refused) == (400, "INVALID_IBAN", f"[0]->iban, value: {iban}")


@pytest.mark.parametrize("iban", ["GB82WEST12345698765432", "SA0380000000608010167519"])
def test_the_iban_of_another_country_will_do(box: Box, iban: str) -> None:
    assert created(box, iban=iban)["iban"] == iban


@given(
    place=st.integers(0, 22),
    digit=st.sampled_from("0123456789"),
    name=st.text(min_size=1, max_size=40),
)
@settings(
    deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_one_wrong_digit_of_an_iban_is_always_noticed(
    box: Box, place: int, digit: str, name: str
) -> None:
    """ISO 7064's mod 97 catches every single wrong character."""
    box.admin.patch("/settings", {"lean": {"iban_check_digits": True}})
    right = DESTINATION["iban"]
    iban = right[:place] + digit + right[place + 1 :]
    answer = box.lean.post("/payments/v1/destinations", {**DESTINATION, "iban": iban})

    assert answer.status_code == (200 if iban == right else 400)
    words = box.lean.post("/payments/v1/destinations", {**DESTINATION, "name": name})
    assert (words.status_code == 200) is (len(name.split()) >= 2)


def test_unknown_ones(box: Box) -> None:
    unknown = error(box.lean.get(f"/payments/v1/destinations/{NOBODY}"))[:2]
    of_nobody = box.lean.post("/payments/v1/destinations", {**DESTINATION, "customer_id": NOBODY})

    assert unknown == (404, "UNKNOWN_PAYMENT_DESTINATION")
    assert error(of_nobody)[:2] == (404, "UNKNOWN_CUSTOMER")
    assert error(box.lean.get("/payments/v1/destinations/x"))[:2] == (400, "INVALID_PARAMETERS")
