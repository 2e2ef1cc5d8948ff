"""The page where a customer says yes or no to a consent, over plain HTTP."""

import threading
from urllib.parse import urlencode

import pytest
import requests

from sandbox.lean import consent_page
from tests.kit import Box
from tests.lean.calls import NEW, NOBODY, consent, consent_status, settle_consent, told

YES, NO = "https://shop.test/yes?order=1", "myapp://no"


def address(box: Box, consent_id: str, yes: str = YES, no: str = NO) -> str:
    query = {"success_redirect_url": yes, "fail_redirect_url": no}
    return f"{box.url}/secure/consents/{consent_id}?{urlencode(query)}"


def show(url: str, language: str = "en") -> requests.Response:
    return requests.get(url, headers={"Accept-Language": language}, timeout=30)


def submit(url: str, **form: str) -> requests.Response:
    return requests.post(url, data=form, allow_redirects=False, timeout=30)


def test_it_shows_what_is_asked_for_in_either_language(box: Box) -> None:
    limits = {
        "max_cumulative_amount": 1234.5,
        "max_cumulative_amount_per_period": 500,
        "max_cumulative_number_of_payments": 7,
    }
    made = consent(box, limits, immediate_payment={"amount": 12.5})["id"]
    english, arabic = show(address(box, made)), show(address(box, made), "ar")

    assert (english.status_code, english.headers["Content-Language"]) == (200, "en")
    for said in (
        *("Sandbox Trading LLC", "Membership", "AED 12.50", "AED 1,000.00", "AED 1,234.50"),
        *("AED 500.00", "A month", "<bdi>7</bdi>", "2027-05-13 15:50"),
    ):
        assert said in english.text
    for bank in box.lean.get("/banks/v1").json():
        assert bank["name"] in english.text
        assert consent_page.TEXTS["ar"][bank["identifier"]] in arabic.text
    assert 'dir="rtl"' in arabic.text
    assert "12.50 درهم إماراتي" in arabic.text
    assert consent_page.TEXTS["en"].keys() == consent_page.TEXTS["ar"].keys()


def test_a_yes_authorises_it_at_the_bank_that_was_picked_and_leads_back(box: Box) -> None:
    made = consent(box)["id"]
    url = address(box, made)
    answer = submit(url, bank="LEANMB1", action="approve")
    read = box.lean.get(f"/consents/v1/{made}").json()

    assert (answer.status_code, answer.headers["Location"]) == (303, YES)
    assert (read["status"], read["bank_identifier"]) == ("AUTHORISED", "LEANMB1")
    assert told(box) == [("consent.status.updated", "AUTHORISED")]
    again = show(url)
    assert (again.status_code, "<form" in again.text) == (200, False)
    assert "You have agreed" in again.text
    assert f'<a href="{YES}">' in again.text


def test_a_no_rejects_it_and_leads_back(box: Box) -> None:
    made = consent(box)["id"]
    answer = submit(address(box, made), action="decline")

    assert (answer.status_code, answer.headers["Location"]) == (303, NO)
    assert consent_status(box, made) == "REJECTED"
    assert "You have declined" in show(address(box, made)).text


@pytest.mark.parametrize("first", ["approve", "decline"])
@pytest.mark.parametrize("second", ["approve", "decline"])
def test_a_second_answer_is_a_conflict(box: Box, first: str, second: str) -> None:
    made = consent(box)["id"]
    submit(address(box, made), action=first)
    status, answer = consent_status(box, made), submit(address(box, made), action=second)

    assert (answer.status_code, "<form" in answer.text) == (409, False)
    assert consent_status(box, made) == status
    assert len(told(box)) == 1


def test_without_an_address_the_page_says_how_it_ended(box: Box) -> None:
    made, other = consent(box)["id"], consent(box)["id"]
    agreed = submit(f"{box.url}/secure/consents/{made}")
    declined = submit(f"{box.url}/secure/consents/{other}", action="decline")

    assert (agreed.status_code, "You have agreed" in agreed.text) == (200, True)
    assert (declined.status_code, "You have declined" in declined.text) == (200, True)
    assert "Back to the shop" not in agreed.text + declined.text


def test_it_keeps_its_addresses_in_the_other_language(box: Box) -> None:
    url = address(box, consent(box)["id"])
    kept = url.partition("?")[2].replace("&", "&amp;")

    assert f'href="?lang=ar&amp;{kept}"' in show(url).text
    assert f'action="?lang=ar&amp;{kept}"' in show(f"{url}&lang=ar").text
    assert "form-action 'self' http: https: myapp:;" in (
        show(url).headers["Content-Security-Policy"] + ";"
    )


@pytest.mark.parametrize("bad", ["javascript://x/%0aalert(1)", "shop", "file:///etc", "http://"])
def test_nobody_is_sent_to_an_address_that_is_none(box: Box, bad: str) -> None:
    made = consent(box)["id"]
    for url in (address(box, made, yes=bad), address(box, made, no=bad)):
        shown, answer = show(url), submit(url)
        assert (shown.status_code, answer.status_code) == (400, 400)
        assert bad not in shown.text + answer.text
    assert consent_status(box, made) == "AWAITING_AUTHORISATION"


def test_a_bank_that_there_is_not_is_told(box: Box) -> None:
    made = consent(box)["id"]
    answer = submit(address(box, made), bank="MY_BANK")

    assert (answer.status_code, "<form" in answer.text) == (400, True)
    assert "Choose one of the banks below" in answer.text
    assert consent_status(box, made) == "AWAITING_AUTHORISATION"


@pytest.mark.parametrize("status", ["REVOKED", "SUSPENDED", "EXPIRED", None])
def test_a_consent_that_has_ended_has_no_page(box: Box, status: str | None) -> None:
    made = consent(box, expiration_date_time="2026-05-14T00:00:00Z")["id"]
    if status is None:
        box.advance("1d")
    else:
        settle_consent(box, made, status)

    assert show(address(box, made)).status_code == 410
    assert submit(address(box, made)).status_code == 410
    assert show(address(box, NOBODY)).status_code == 404
    assert submit(address(box, NOBODY)).status_code == 404


def test_two_answers_at_once_are_one(box: Box) -> None:
    url, gate, statuses = address(box, consent(box)["id"]), threading.Barrier(8), []

    def answer(action: str) -> None:
        gate.wait(30)
        statuses.append(submit(url, action=action).status_code)

    threads = [threading.Thread(target=answer, args=(a,)) for a in ("approve", "decline") * 4]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    assert sorted(statuses) == [303] + [409] * 7
    assert len(told(box)) == 1


def test_nothing_a_merchant_writes_becomes_markup(box: Box) -> None:
    evil = '"><script>alert(1)</script>'
    made = consent(box, reference=evil)["id"]
    texts = [show(address(box, made, yes=f"https://shop.test/{evil}")).text]
    texts += [submit(address(box, made, no=f"myapp://{evil}"), bank=evil).text]
    for text in texts:
        assert "<script" not in text
        assert "&lt;script" in text


def test_who_has_a_source_at_the_bank_agrees_with_its_account(box: Box) -> None:
    body = {"customer_id": NEW, "bank_identifier": "LEANMB1"}
    source = box.admin.post("/lean/payment-sources", body).json()
    first, second = consent(box)["id"], consent(box)["id"]
    submit(address(box, first), bank="LEANMB1")
    submit(address(box, second), bank="LEAN_SME_MB1_UAE")
    accounts = [
        box.lean.get(f"/consents/v1/{each}").json()["sender_account_id"] for each in (first, second)
    ]

    assert accounts[0] == source["accounts"][0]["account_id"] != accounts[1]
