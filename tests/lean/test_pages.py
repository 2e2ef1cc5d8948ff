"""The pages of sessions and payment links over plain HTTP: what is shown, and what comes of it."""

import threading
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests

from sandbox.http.payer_page import LANGUAGES
from sandbox.lean import pages
from tests.kit import Box, frozen, serving
from tests.lean.calls import BACK, NEW, NOBODY, intent, link, pay, session

EMAIL = {"type": "EMAIL", "display_label": "Your email", "required": True}


def show(url: str, language: str = "en") -> requests.Response:
    return requests.get(url, headers={"Accept-Language": language}, timeout=30)


def submit(url: str, **form: str) -> requests.Response:
    return requests.post(url, data=form, allow_redirects=False, timeout=30)


def begun(made: dict[str, Any], **form: str) -> str:
    """The address of the bank's page, once a link's page has been filled in."""
    answer = submit(made["link"], **form)
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"]


def payments(box: Box) -> list[dict[str, Any]]:
    """Those of intents, newest first."""
    rows = box.lean.get("/payments/v1/intents?page=0&size=100").json()["data"]
    fixtures = {
        each["id"] for each in box.admin.get("/fixtures").json()["lean"]["payments"].values()
    }
    return [each for row in rows for each in row["payments"] if each["id"] not in fixtures]


@pytest.mark.parametrize("kind", ["session", "link"])
def test_a_yes_pays_from_the_bank_that_was_picked_and_leads_back(box: Box, kind: str) -> None:
    if kind == "session":
        url = session(box, description="Order 1")["session_url"]
    else:
        url = begun(link(box, redirect_url=BACK, customer_id=NEW))
    page = show(url)
    assert page.status_code == 200
    for said in ("Pay AED 100.00", "Sandbox Trading LLC", "Order 1", "Approve AED 100.00"):
        assert said in page.text
    for bank in box.lean.get("/banks/v1").json():
        assert f'value="{bank["identifier"]}"' in page.text
        assert bank["name"] in page.text
    answer = submit(url, bank="LEANMB1", action="approve")

    assert (answer.status_code, answer.headers["Location"]) == (303, BACK)
    [payment] = payments(box)
    [source] = box.lean.get(f"/customers/v1/{NEW}/payment-sources").json()
    assert (payment["amount"], payment["status"]) == (100, "ACCEPTED_BY_BANK")
    assert (payment["payment_source_id"], source["bank_identifier"]) == (source["id"], "LEANMB1")
    again = show(url)
    assert (again.status_code, "<form" in again.text) == (200, False)
    assert "AED 100.00 has been paid" in again.text
    assert f'<a href="{BACK}">' in again.text
    [event] = box.advance("15m")
    assert (event["kind"], event["to"]) == ("reconciliation", "RECONCILED")


def test_a_no_pays_nothing_and_leads_back(box: Box) -> None:
    made, linked = session(box), link(box, redirect_url=BACK)
    usage = begun(linked)
    for url in (made["session_url"], usage):
        answer = submit(url, bank="LEANMB1", action="decline")
        assert (answer.status_code, answer.headers["Location"]) == (303, BACK)
    assert payments(box) == []

    assert "<form" in show(made["session_url"]).text
    assert "Payment cancelled" in show(usage).text
    [said] = box.lean.get(f"/payment-links/v1/{linked['id']}/usages").json()["content"]
    assert (said["usage_status"], said["payment_id"]) == ("FAILED", None)
    assert submit(usage).status_code == 200
    assert payments(box) == []


@pytest.mark.parametrize("kind", ["session", "link"])
def test_a_bank_that_refuses_is_shown(box: Box, kind: str) -> None:
    is_session = kind == "session"
    url = session(box)["session_url"] if is_session else begun(link(box))
    answer = submit(url, outcome="insufficient")

    [payment] = payments(box)
    assert (payment["status"], payment["failure_code"]) == ("FAILED", "INSUFFICIENT_BALANCE")
    if is_session:
        assert answer.headers["Location"] == BACK
    else:
        assert "The bank refused the payment" in answer.text
    assert "The bank refused the payment" in show(url).text
    assert "رفض البنك الدفعة" in show(url, "ar").text


def test_without_an_address_back_the_page_says_how_it_ended(box: Box) -> None:
    made = link(box)
    paid, left = submit(begun(made)), submit(begun(made), action="decline")

    assert (paid.status_code, "AED 100.00 has been paid" in paid.text) == (200, True)
    assert (left.status_code, "Nothing has been paid" in left.text) == (200, True)
    assert "Back to the shop" not in paid.text + left.text


@pytest.mark.parametrize("kind", ["session", "link"])
def test_submits_at_once_make_one_payment(box: Box, kind: str) -> None:
    url = session(box)["session_url"] if kind == "session" else begun(link(box))
    answers: list[requests.Response] = []
    all_of_them = [
        threading.Thread(target=lambda: answers.append(submit(url, bank="LEANMB1")))
        for _ in range(8)
    ]
    for one in all_of_them:
        one.start()
    for one in all_of_them:
        one.join()

    assert len(payments(box)) == 1
    assert {answer.status_code for answer in answers} <= {200, 303}


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({"bank": "DEUTSCHE"}, 'fieldset id="bank" aria-describedby="bank-error"'),
        ({"outcome": "later"}, 'fieldset id="outcome" aria-describedby="outcome-error"'),
        ({"action": "reject"}, 'a href="#action"'),
    ],
)
def test_what_is_no_choice_pays_nothing(box: Box, form: dict[str, str], field: str) -> None:
    for url in (session(box)["session_url"], begun(link(box))):
        answer = submit(url, **form)
        assert answer.status_code == 400
        assert pages.TEXTS["en"][f"wrong_{next(iter(form))}"] in answer.text
        assert f"<{field}>" in answer.text
    assert payments(box) == []


@pytest.mark.parametrize(
    ("typed", "problem"),
    [("", "missing"), ("payer", "EMAIL"), (f"{'a' * 255}@b.co", "long")],
)
def test_what_is_typed_wrongly_is_said_beside_its_field(box: Box, typed: str, problem: str) -> None:
    made = link(box, identifiers=[EMAIL, {"type": "TEXT", "required": False}])
    answer = submit(made["link"], identifier_0=typed, identifier_1="kept")

    assert answer.status_code == 400
    said = pages.TEXTS["en"][f"wrong_{problem}"]
    assert f'<p class="error" id="identifier_0-error">{said}</p>' in answer.text
    assert f'<a href="#identifier_0"><bdi>Your email</bdi>: {said}</a>' in answer.text
    assert 'value="kept"' in answer.text
    assert box.lean.get(f"/payment-links/v1/{made['id']}/usages").json()["content"] == []
    arabic = submit(f"{made['link']}?lang=ar", identifier_0=typed)
    assert pages.TEXTS["ar"][f"wrong_{problem}"] in arabic.text


def test_digits_may_be_arabic(box: Box) -> None:
    made = link(box, identifiers=[{"type": "MOBILE_PHONE", "required": True}])
    begun(made, identifier_0="+٩٧١ ٥٠ ١٢٣ ٤٥٦٧")
    [usage] = box.lean.get(f"/payment-links/v1/{made['id']}/usages").json()["content"]
    assert usage["identifiers"][0]["value"] == "+971501234567"


def test_what_is_over_is_gone(box: Box) -> None:
    made, timed = session(box), link(box, expires_at="2026-05-13T12:30:00Z", redirect_url=BACK)
    usage = begun(timed)
    off, once = link(box), link(box, max_usages=1)
    late = begun(once)
    submit(begun(once))
    box.lean.put(f"/payment-links/v1/{off['id']}", {"status": "DISABLED"})
    over = {off["link"]: "disabled", once["link"]: "used", late: "used"}
    for url, state in over.items():
        for answer in (show(url), submit(url)):
            assert answer.status_code == 410
            assert pages.TEXTS["en"][f"{state}_title"] in answer.text
    box.advance("40m")
    for url in (made["session_url"], timed["link"], usage):
        for answer in (show(url), submit(url), submit(url, action="decline")):
            assert answer.status_code == 410
            assert "This page has expired" in answer.text
            assert f'<a href="{BACK}">' in answer.text
    assert "انتهت صلاحية هذه الصفحة" in show(timed["link"], "ar").text
    assert len(payments(box)) == 1


def test_an_intent_that_was_paid_elsewhere_is_not_paid_again(box: Box) -> None:
    made = intent(box)["payment_intent_id"]
    flow = {"type": "PAY", "payload": {"payment_intent_id": made}}
    body = {"customer_id": NEW, "flow": flow, "redirect_url": BACK}
    url = box.lean.post("/sessions/v1", body).json()["session_url"]
    pay(box, payment_intent_id=made)

    for answer in (submit(url), show(url)):
        assert answer.status_code == 200
        assert "AED 100.00 has been paid" in answer.text
    assert len(payments(box)) == 1


def test_a_page_that_there_is_not(box: Box) -> None:
    made = link(box)
    page = urlsplit(made["link"]).path
    for path in (f"/secure/{NOBODY}", "/secure/abc", f"/secure/pay/{NOBODY}", f"{page}/{NOBODY}"):
        for answer in (box.anyone.get(path), submit(f"{box.url}{path}?lang=ar")):
            assert answer.status_code == 404
            assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert "لا توجد عملية دفع" in answer.text
    assert box.anyone.get(f"/secure/pay/{made['id']}").status_code == 404
    assert "Sandbox-Hint" not in answer.headers


def test_the_pages_are_of_the_world_whose_links_they_are(box: Box) -> None:
    with serving(frozen("2027-01-01T00:00:00Z", public_url="http://127.0.0.1:9000")) as public:
        assert session(public)["session_url"].startswith("http://127.0.0.1:9000/secure/")
        url = link(public)["link"]
        path = urlsplit(url).path
        assert url == f"http://127.0.0.1:9000{path}"
        assert public.anyone.get(path).status_code == 200
    headers = {"lean-app-token": "world-other"}
    body = {"payment_details": {"reference": "1", "currency": "AED", "amount": 5}}
    made = box.lean.post("/payment-links/v1", body, headers=headers).json()
    assert made["link"].startswith(f"{box.url}/w/other/secure/pay/")
    usage = begun(made)
    assert usage.startswith(made["link"])
    assert "AED 5.00 has been paid" in submit(usage).text
    assert show(made["link"].replace("/w/other", "")).status_code == 404
    assert payments(box) == []


def test_the_language_is_kept_on_the_way_to_the_bank(box: Box) -> None:
    made = link(box)
    page = show(f"{made['link']}?lang=ar", "en")
    assert '<html lang="ar" dir="rtl">' in page.text
    url = submit(f"{made['link']}?lang=ar").headers["Location"]
    bank = show(url)
    assert '<html lang="ar" dir="rtl">' in bank.text
    assert "بنك لين التجريبي الأول" in bank.text
    assert submit(f"{made['link']}?lang=<b>").headers["Location"].partition("?")[2] == ""


def test_the_languages_say_the_same_things() -> None:
    assert {frozenset(pages.TEXTS[language]) for language in LANGUAGES} == {
        frozenset(pages.TEXTS["en"])
    }


def test_the_forms_lead_to_the_shop_alone_and_load_nothing(box: Box) -> None:
    app = link(box, redirect_url="myapp://done")
    for url, wanted in (
        (session(box)["session_url"], "'self' http: https:"),
        (app["link"], "'self' http: https: myapp:"),
        (begun(app), "'self' http: https: myapp:"),
    ):
        answer = show(url)
        policy = answer.headers["Content-Security-Policy"].split("; ")
        assert policy[0] == "default-src 'none'"
        assert f"form-action {wanted}" in policy
        assert "<script" not in answer.text
        assert "src=" not in answer.text


def test_nothing_a_merchant_or_payer_writes_becomes_markup(box: Box) -> None:
    evil = '"><script>alert(1)</script>'
    labelled = {"type": "TEXT", "display_label": evil, "required": True, "limit": 5}
    details = {"reference": evil, "currency": "AED", "amount": 1}
    made = link(box, payment_details=details, identifiers=[labelled])
    texts = [show(made["link"]).text, submit(made["link"], identifier_0=evil).text]
    usage = begun(made, identifier_0="<b>")
    texts += [show(usage).text, submit(usage, bank=evil).text, submit(usage).text]
    for text in texts:
        assert "<script" not in text
        assert "&lt;script" in text
        assert "<b>" not in text


@pytest.mark.parametrize("name", ["rate-limited", "provider-down", "invalid-credentials"])
def test_the_pages_are_no_calls_of_the_api(box: Box, name: str) -> None:
    made = session(box)
    box.on(name, times=1)
    assert submit(made["session_url"]).status_code == 303
    assert box.lean.get(f"/sessions/v1/{made['id']}").status_code in (401, 429, 503)
    assert box.lean.get(f"/sessions/v1/{made['id']}").json()["state"] == "COMPLETED"
