"""The pages of webhooks: where they go, how each delivery went, and how it was signed."""

from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any, get_args

from sandbox.admin.webhooks import (
    DeliveryFilter,
    address_schema,
    is_asked_for,
    remove_addresses,
    set_address,
)
from sandbox.dashboard.requests import written
from sandbox.engine.provider.rules import Conflict
from sandbox.engine.webhooks.delivery import Delivery, Status
from sandbox.engine.webhooks.dispatch import DISPATCHES
from sandbox.http.admin_requests import load_values
from sandbox.http.bodies import read_json
from sandbox.http.dashboard import Moved, NotThere, Shown, Visit, page_of
from sandbox.http.problems import Problem
from sandbox.http.provider import Provider

SIZE = 50
"""Deliveries on a page."""
_KINDS: Mapping[str, str] = {"delivered": "settled", "failed": "failed", "lost": "warned"}
_FILTERS = ("provider", "event", "status")
_FILTER = DeliveryFilter()


class Webhooks:
    """The page of a server's webhooks."""

    def __init__(self, providers: Sequence[Provider]) -> None:
        self._known = {provider.name: provider.model.webhooks for provider in providers}
        self._schemas = {name: address_schema(name, of) for name, of in self._known.items()}

    def show(self, visit: Visit) -> Shown | Moved:
        """The list, or the delivery whose number the address has."""
        form = visit.request.form if visit.is_post else {}
        if not visit.path:
            return self._list(visit)
        if list(visit.path) == ["address"] and visit.is_post:
            return self._address(visit, form)
        if list(visit.path) == ["flush"] and visit.is_post:
            count = len(visit.world.send_webhooks())
            return Moved(visit.here(), visit.text("Sent: {count}", count=count))
        number = visit.path[0]
        if len(visit.path) > 1 or not (number.isascii() and number.isdigit() and len(number) < 16):
            raise NotThere
        return self._delivery(visit, int(number))

    # Addresses ------------------------------------------------------------------------------

    def _address(self, visit: Visit, form: Any) -> Shown | Moved:
        """Set an address, or remove it."""
        provider, domain = form.get("provider", ""), form.get("domain", "")
        webhooks = self._known.get(provider)
        if webhooks is None or domain not in webhooks.channels:
            raise NotThere
        if form.get("do") == "remove":
            remove_addresses(visit.world, provider, domain)
            return Moved(visit.here(), visit.text("Webhooks go there no longer."))
        typed = {key: form.get(key, "").strip() for key in ("url", "secret")}
        typed["events"] = form.getlist("events")
        try:
            given = load_values(self._schemas[provider], self._given(visit, provider, form))
            probe = set_address(visit.world, provider, webhooks, given)["probe"]
        except Problem as problem:
            wrong = {(problem.field or "url").partition("[")[0]: problem.reason}
            return self._list(visit, (provider, domain), typed, wrong)
        said = visit.text("The address is set.")
        if probe is not None:
            came = probe.error or probe.status
            said += " " + visit.text("It was called, and answered: {came}", came=came)
        return Moved(visit.here(), said)

    def _given(self, visit: Visit, provider: str, form: Any) -> dict[str, Any]:
        """The form as the admin API's body; a secret that is left empty stays as it is."""
        domain, url, secret = (form.get(key, "").strip() for key in ("domain", "url", "secret"))
        before = visit.world.state.outbox.addresses.get((provider, domain))
        kept = None if before is None or "no_secret" in form else before.secret
        given = {"url": url, "secret": secret or kept, "events": form.getlist("events") or None}
        return {**given, "domain": domain} if domain else given

    def _addresses(
        self, visit: Visit, of: tuple[str, str] | None, typed: Any, wrong: Mapping[str, str]
    ) -> list[dict[str, Any]]:
        """Each channel, with the address that it has, or what was typed."""
        kept = visit.world.state.outbox.addresses
        shown = []
        for provider, webhooks in self._known.items():
            for channel in webhooks.channels:
                address = kept.get((provider, channel))
                is_typed = (provider, channel) == of
                events = address.events if address is not None else None
                shown.append(
                    {
                        "provider": provider,
                        "channel": channel,
                        "id": f"{provider}-{channel}".rstrip("-"),
                        "is_set": address is not None,
                        "has_secret": address is not None and address.secret is not None,
                        "url": typed["url"] if is_typed else address.url if address else "",
                        "events": webhooks.events,
                        "wanted": typed["events"] if is_typed else events or (),
                        "wrong": wrong if is_typed else {},
                    }
                )
        return shown

    # Deliveries -----------------------------------------------------------------------------

    def _list(
        self,
        visit: Visit,
        of: tuple[str, str] | None = None,
        typed: Any = None,
        wrong: Mapping[str, str] | None = None,
    ) -> Shown:
        asked = {key: visit.request.args.get(key, "").strip() for key in _FILTERS}
        refused: dict[str | None, str] = {}
        found: list[Delivery] = []
        world = visit.world
        try:
            given = load_values(_FILTER, {key: value for key, value in asked.items() if value})
        except Problem as problem:
            refused = {problem.field: problem.reason}
        with world.lock:
            outbox = world.state.outbox
            if not refused:
                before = outbox.deliveries.places + 1
                all_sent = outbox.deliveries.as_sent()
                found = [each for each in all_sent if is_asked_for(each, given, before)]
            dropped, is_held = outbox.deliveries.dropped, outbox.dispatch != DISPATCHES[0]
            addresses = self._addresses(visit, of, typed, wrong or {})
        page = page_of(visit, len(found), SIZE)
        rows = found[::-1][page * SIZE : (page + 1) * SIZE]
        values = {
            "asked": asked,
            "refused": refused,
            "names": list(self._known),
            "events": [event for webhooks in self._known.values() for event in webhooks.events],
            "statuses": get_args(Status),
            "kinds": _KINDS,
            "addresses": addresses,
            "rows": rows,
            "page": page,
            "size": SIZE,
            "total": len(found),
            "dropped": dropped,
            "is_held": is_held,
            "link": lambda page: visit.here(page=page or None, **asked),
        }
        return Shown("dashboard/webhooks.html", values, 400 if wrong or refused else 200)

    def _delivery(self, visit: Visit, number: int) -> Shown | Moved:
        """One with all its attempts; sent once more where the form says so."""
        world, problem = visit.world, None
        if visit.is_post:
            try:
                if world.redeliver(number) is not None:
                    return Moved(visit.here(number), visit.text("It was sent once more."))
            except Conflict as error:
                problem = str(error)
        with world.lock:
            delivery = world.state.outbox.deliveries.get(number)
        if delivery is None:
            raise NotThere
        values = {
            "delivery": delivery,
            "kinds": _KINDS,
            "problem": problem,
            "pretty": written(read_json(delivery.message.body)),
            "signed": _signed(delivery, self._known[delivery.notice.provider].algorithm),
        }
        return Shown("dashboard/delivery.html", values, 409 if problem else 200)


def _signed(delivery: Delivery, algorithm: str) -> dict[str, Any]:
    """How the signature was made, step by step."""
    body = delivery.message.body
    (name, value), *_ = (
        pair for pair in delivery.headers.items() if pair[0].lower() != "content-type"
    )
    prefix, equals, _ = value.rpartition("=")
    return {
        "algorithm": algorithm,
        "digest": algorithm.rpartition("-")[2].lower(),
        "body": body.decode(),
        "bytes": len(body),
        "sha256": sha256(body).hexdigest(),
        "signer": delivery.signer,
        "forged": delivery.effect.forge,
        "name": name,
        "value": value,
        "prefix": prefix + equals,
    }


ARABIC = {
    "Webhooks": "إشعارات الويب",
    "Sent: {count}": "أُرسل: {count}",
    "Webhooks go there no longer.": "لم تعد الإشعارات تذهب إلى هناك.",
    "The address is set.": "ضُبط العنوان.",
    "It was called, and answered: {came}": "استُدعي العنوان وأجاب: {came}",
    "It was sent once more.": "أُرسل مرة أخرى.",
    "Addresses": "العناوين",
    "no address": "بلا عنوان",
    "Address": "العنوان",
    "such as http://127.0.0.1:3000/webhooks": "مثل http://127.0.0.1:3000/webhooks",
    "Secret": "السر",
    "empty: the provider's own": "فارغ: سر المزوّد نفسه",
    "empty: as it is": "فارغ: يبقى كما هو",
    "Use the provider's own secret again": "استخدم سر المزوّد نفسه من جديد",
    "Events": "الأحداث",
    "none chosen: all": "بلا اختيار: الكل",
    "Set": "ضبط",
    "Remove": "إزالة",
    "Deliveries": "عمليات التسليم",
    "Event": "الحدث",
    "Subject": "الموضوع",
    "Attempts": "المحاولات",
    "last: {answer}": "الأخيرة: {answer}",
    "Next attempt": "المحاولة التالية",
    "Send what is held": "إرسال المحتجز",
    "Webhooks go out when the clock is moved.": "تُرسل الإشعارات عند تحريك الساعة.",
    "All deliveries": "كل عمليات التسليم",
    "Delivery {number}": "التسليم {number}",
    "Redeliver": "إعادة التسليم",
    "No attempt so far.": "لا محاولة حتى الآن.",
    "What was answered": "ما كان الرد",
    "What was sent": "ما أُرسل",
    "How it was signed": "كيف وُقّع",
    "The bytes: the body exactly as it is sent, {count} bytes. Whoever parses it and writes it "
    "anew signs something else.": (
        "البايتات: المحتوى كما أُرسل تمامًا، {count} بايت. من يحلّله ويكتبه من جديد يوقّع شيئًا آخر."
    ),
    "Their SHA-256, to compare with what you have received:": (
        "بصمة SHA-256 لها، لتقارنها بما استلمت:"
    ),
    "The key: {name}.": "المفتاح: {name}.",
    "A scenario signs this one with a wrong key on purpose.": (
        "سيناريو يوقّع هذا بمفتاح خاطئ عمدًا."
    ),
    "{algorithm} of these bytes with that key, in hex.": (
        "{algorithm} لهذه البايتات بذلك المفتاح، بالنظام الست عشري."
    ),
    "{algorithm} of these bytes with that key, in hex, behind {prefix}": (
        "{algorithm} لهذه البايتات بذلك المفتاح، بالنظام الست عشري، بعد {prefix}"
    ),
    "It is sent in this header:": "يُرسل في هذه الترويسة:",
    "Make it yourself, with the bytes in a file:": "اصنعه بنفسك، والبايتات في ملف:",
}
