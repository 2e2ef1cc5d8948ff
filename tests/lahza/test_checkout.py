"""The checkout page over plain HTTP: what a browser's person rarely does, and the rest."""

import json
import re
import threading
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
import requests

from sandbox.http import payer_page
from sandbox.http.payer_page import LANGUAGES
from sandbox.lahza.checkout import TEXTS
from tests.kit import Box, frozen, serving
from tests.scenarios.calls import own_on

GOOD = {"card_number": "4111111111111111", "expiry": "03/30", "cvv": "004"}


def start(box: Box, **values: Any) -> str:
    """The address of a new transaction's page."""
    body = {"amount": 15050, "email": "payer@example.com", "reference": "order-1", **values}
    answer = box.lahza.post("/transaction/initialize", body)
    assert answer.status_code == 200, answer.text
    return str(answer.json()["data"]["authorization_url"])


def submit(url: str, **form: str) -> requests.Response:
    return requests.post(url, data={**GOOD, **form}, allow_redirects=False, timeout=30)


def verify(box: Box) -> dict[str, Any]:
    data: dict[str, Any] = box.lahza.get("/transaction/verify/order-1").json()["data"]
    return data


@pytest.mark.parametrize(
    "typed",
    [
        {},
        {"card_number": "4111-1111 1111–1111"},
        {"card_number": "٤١١١١١١١١١١١١١١١", "expiry": "٠٣/٣٠", "cvv": "٠٠٤"},
        {"card_number": "\u200e۴۱۱۱ ۱۱۱۱ ۱۱۱۱ ۱۱۱۱\u200f"},
        *({"expiry": text} for text in ("03/2030", "0330", "032030", "3/30", "03 / 30", "03-30")),
        {"cvv": "1234"},
    ],
)
def test_a_card_can_be_written_in_many_ways(box: Box, typed: dict[str, str]) -> None:
    answer = submit(start(box), **typed)
    assert answer.status_code == 200
    assert "Payment complete" in answer.text
    assert verify(box)["status"] == "success"


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        *(
            ({"card_number": text}, "card_number")
            for text in ("", "4" * 11, "4" * 20, "card", "²" * 16)
        ),
        *(({"expiry": text}, "expiry") for text in ("", "13/30", "00/30", "3030", "03/300", "x")),
        *(({"cvv": text}, "cvv") for text in ("", "12", "12345", "abc")),
    ],
)
def test_what_is_no_card_is_no_attempt(box: Box, typed: dict[str, str], field: str) -> None:
    answer = submit(start(box), **typed)
    assert answer.status_code == 400
    assert f'aria-describedby="{field}-error"' in answer.text
    assert TEXTS["en"][f"wrong_{field}"] in answer.text
    assert verify(box)["status"] == "abandoned"
    assert verify(box)["log"] is None


@pytest.mark.parametrize(
    ("callback", "query"),
    [
        ("http://127.0.0.1:3000/thanks", ""),
        ("https://shop.test/a?b=c&d=%D8%B3", "b=c&d=%D8%B3&"),
        ("myapp://paid#top", ""),
        ("com.shop.pay+test://done/a@b", ""),
        ("HTTPS://shop.test:8443/@me", ""),
        ("http://127.0.0.1:3000?x", "x&"),
        ("https://shop.test/a?b=c&", "b=c&"),
    ],
)
def test_the_payer_is_sent_back_with_the_reference(box: Box, callback: str, query: str) -> None:
    answer = submit(start(box, callback_url=callback))
    told = urlsplit(answer.headers["Location"])

    assert answer.status_code == 303
    assert told.query == f"{query}trxref=order-1&reference=order-1"
    assert told._replace(query="").geturl() == urlsplit(callback)._replace(query="").geturl()


def test_the_latest_100_attempts_are_kept(box: Box) -> None:
    url = start(box)
    for _ in range(101):
        submit(url, card_number="4000000000009979")
    assert submit(url).status_code == 200

    log = verify(box)["log"]
    assert (log["attempts"], log["errors"], len(log["history"])) == (100, 99, 200)
    assert log["success"] is True


def test_who_cancels_goes_where_the_metadata_says(box: Box) -> None:
    leave = {"cancel_action": "http://127.0.0.1:3000/left"}
    url = start(box, callback_url="http://127.0.0.1:3000/thanks", metadata=leave)
    answer = submit(url, action="cancel", card_number="")

    assert answer.headers["Location"].startswith("http://127.0.0.1:3000/left?trxref=order-1")
    assert verify(box)["status"] == "abandoned"


@pytest.mark.parametrize(
    "where",
    ["javascript://x", "file:///x", "https://a@b.test/", "http://[x", "http://a:b/", 7, None],
)
def test_who_cancels_towards_no_address_goes_to_the_callback(box: Box, where: object) -> None:
    callback = "http://127.0.0.1:3000/thanks"
    url = start(box, callback_url=callback, metadata={"cancel_action": where})
    answer = submit(url, action="cancel")
    assert answer.headers["Location"].startswith(f"{callback}?trxref=order-1")


def test_without_a_callback_the_page_says_how_it_ended(box: Box) -> None:
    url = start(box)
    left = submit(url, action="cancel")
    paid = submit(url)
    again = requests.get(url, timeout=30)

    assert "Payment cancelled" in left.text
    assert "ILS 150.50 has been paid" in paid.text
    assert "ILS 150.50 has been paid" in again.text
    assert "<form" not in again.text


def test_what_is_paid_is_not_paid_again(box: Box) -> None:
    url = start(box, callback_url="http://127.0.0.1:3000/thanks")
    first, second = submit(url), submit(url, card_number="4000000000009979")

    assert first.headers["Location"] == second.headers["Location"]
    assert verify(box)["status"] == "success"
    assert verify(box)["log"]["attempts"] == 1
    assert "Back to the shop" in requests.get(url, timeout=30).text


@pytest.mark.parametrize("status", ["failed", "abandoned"])
def test_what_a_scenario_shows_as_unpaid_is_charged_once(box: Box, status: str) -> None:
    url = start(box)
    box.on("transaction-not-successful", transaction="order-1", status=status)
    answers = [submit(url), submit(url, card_number="4000000000009979")]
    assert verify(box)["status"] == status
    box.off("transaction-not-successful")

    for answer in answers:
        assert "The bank declined the payment" in answer.text
    assert (verify(box)["status"], verify(box)["log"]["attempts"]) == ("success", 1)


def test_two_submits_at_once_are_one_charge(box: Box) -> None:
    url = start(box)
    both = [threading.Thread(target=submit, args=(url,)) for _ in range(8)]
    for one in both:
        one.start()
    for one in both:
        one.join()

    told = box.admin.get("/webhooks/deliveries?event=charge.success").json()["deliveries"]
    assert verify(box)["log"]["attempts"] == 1
    assert len(told) == 1


def test_a_page_that_there_is_not(box: Box) -> None:
    for answer in (
        box.anyone.get("/checkout/nosuchcode", headers={"Accept-Language": "ar-PS"}),
        submit(f"{box.url}/checkout/nosuchcode?lang=ar"),
    ):
        assert answer.status_code == 404
        assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
        assert "لا توجد عملية دفع" in answer.text


@pytest.mark.parametrize(
    ("query", "accepted", "language"),
    [
        ("", None, "en"),
        ("", "ar-PS,ar;q=0.9,en;q=0.8", "ar"),
        ("", "fr, en-GB;q=0.8, ar;q=0.5", "en"),
        ("", "fr", "en"),
        ("?lang=ar", "en", "ar"),
        ("?lang=en", "ar", "en"),
        ("?lang=<script>", "ar", "ar"),
    ],
)
def test_the_language(box: Box, query: str, accepted: str | None, language: str) -> None:
    headers = {} if accepted is None else {"Accept-Language": accepted}
    answer = requests.get(start(box) + query, headers=headers, timeout=30)
    direction = "rtl" if language == "ar" else "ltr"

    assert f'<html lang="{language}" dir="{direction}">' in answer.text
    assert answer.headers["Content-Language"] == language


def test_the_languages_say_the_same_things() -> None:
    for texts in (TEXTS, payer_page.TEXTS):
        assert {frozenset(texts[language]) for language in LANGUAGES} == {frozenset(texts["en"])}


def test_nothing_a_merchant_or_payer_writes_becomes_markup(box: Box) -> None:
    evil = '"><script>alert(1)</script>'
    url = start(box, callback_url=f"https://shop.test/{'a' * 5}?q=%22%3E<b>", first_name=evil)
    pages = [requests.get(url + f"?lang={evil}", timeout=30).text]
    pages.append(submit(url, expiry=evil, card_number=evil).text)
    submit(url)
    pages.append(requests.get(url, timeout=30).text)

    for page in pages:
        assert "<script" not in page
        assert "<b>" not in page


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "javascript://x%0aalert(1)", "data:text/html,x", "shop", 5]
)
def test_a_callback_that_is_no_address_is_refused(box: Box, url: object) -> None:
    body = {"amount": 1, "email": "a@b.co", "callback_url": url}
    answer = box.lahza.post("/transaction/initialize", body)
    assert (answer.status_code, answer.json()["message"]) == (
        400,
        "callback_url must be a valid URL",
    )


def test_links_use_the_host_that_was_called_or_the_public_one(box: Box) -> None:
    body = {"amount": 1, "email": "a@b.co"}
    named = box.lahza.post("/transaction/initialize", body, headers={"Host": "sandbox:8426"})
    assert named.json()["data"]["authorization_url"].startswith("http://sandbox:8426/checkout/")
    settings = frozen("2027-01-01T00:00:00Z", public_url="http://localhost:9000")
    with serving(settings) as public:
        url = start(public)
        path = urlsplit(url).path
        assert url.startswith("http://localhost:9000/checkout/")
        assert public.anyone.get(path).status_code == 200


@pytest.mark.parametrize(
    ("host", "linked"),
    [
        ("refund_sandbox:8426", "refund_sandbox:8426"),
        ("[::1]:8426", "[::1]:8426"),
        ("", None),
    ],
)
def test_links_have_the_host_that_the_call_names(box: Box, host: str, linked: str | None) -> None:
    body = {"amount": 1, "email": "a@b.co"}
    answer = box.lahza.post("/transaction/initialize", body, headers={"Host": host}).json()
    url = urlsplit(answer["data"]["authorization_url"])
    assert (url.scheme, url.netloc) == ("http", linked or urlsplit(box.url).netloc)
    assert url.path == f"/checkout/{answer['data']['access_code']}"


def test_a_card_does_not_stand_in_the_list_of_requests(box: Box) -> None:
    """The page itself names the test cards, and no other."""
    submit(start(box), card_number="4123000000009979", cvv="7391")
    [entry] = box.admin.get("/requests?path=/checkout/*").json()["requests"]
    assert entry["body"] == {"card_number": "***", "expiry": "03/30", "cvv": "***"}
    assert "412300000000" not in json.dumps(entry)


def test_the_page_asks_nothing_of_anybody_else(box: Box) -> None:
    answer = requests.get(start(box), timeout=30)
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert answer.headers["Cache-Control"] == "no-store"
    assert re.findall(r"(?:src|href)=\"(?!\?lang=|#)[^\"]*", answer.text) == []


def test_a_scenario_has_any_card_refused(box: Box) -> None:
    box.on("card-declined", transaction="order-1", response="Insufficient Funds")
    url = start(box)
    refused = submit(url)
    box.off("card-declined")

    assert "There is not enough money on the card" in refused.text
    assert verify(box)["gateway_response"] == "Insufficient Funds"
    assert "Payment complete" in submit(url).text


@pytest.mark.parametrize("name", ["rate-limited", "provider-down", "invalid-credentials"])
def test_the_page_is_no_call_of_the_api(box: Box, name: str) -> None:
    """A browser's visit neither fails nor uses up what is meant for the merchant's next call."""
    url = start(box)
    box.on(name, times=1)

    assert requests.get(url, timeout=30).status_code == 200
    assert "Payment complete" in submit(url).text
    assert box.lahza.get("/transaction/verify/order-1").status_code in (401, 429, 503)
    assert verify(box)["status"] == "success"


def test_a_scenario_that_names_its_path_concerns_the_page(box: Box) -> None:
    url = start(box)
    own_on(box, {"on": "request", "where": {"path": "/checkout/*"}, "fail": "unavailable"})
    assert requests.get(url, timeout=30).status_code == 503
    assert verify(box)["status"] == "abandoned"


def luminance(colour: str) -> float:
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize(
    ("ink", "ground", "wanted"),
    [
        *(("ink", "paper", 4.5), ("ink", "ground", 4.5), ("soft", "paper", 4.5)),
        *(("act", "paper", 4.5), ("act", "ground", 4.5), ("paper", "act", 4.5)),
        *(
            ("notice", "notice-ground", 4.5),
            ("wrong", "wrong-ground", 4.5),
            ("wrong", "paper", 4.5),
        ),
        *(("good", "paper", 4.5), ("line", "paper", 3)),
    ],
)
def test_its_colours_can_be_told_apart(box: Box, ink: str, ground: str, wanted: float) -> None:
    """WCAG 2.2: 4.5 for text, 3 for the edges of controls."""
    page = requests.get(start(box), timeout=30).text
    for scheme in page.split("prefers-color-scheme: dark"):
        colours = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", scheme))
        light, dark = sorted((luminance(colours[ink]), luminance(colours[ground])), reverse=True)
        assert (light + 0.05) / (dark + 0.05) >= wanted


def test_the_query_is_read_back_as_it_was_told(box: Box) -> None:
    answer = submit(start(box, callback_url="https://shop.test/?a=1"))
    assert parse_qsl(urlsplit(answer.headers["Location"]).query)[-1] == ("reference", "order-1")
