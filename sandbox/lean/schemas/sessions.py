"""Sessions on the wire."""

from typing import Any

from marshmallow import fields

from sandbox.engine.reading.fields import Lenient, Shape, word
from sandbox.engine.store.collections import Document
from sandbox.lean.schemas.common import address_field
from sandbox.lean.sessions import STATES
from sandbox.lean.wire import Timestamp, Uuid


class Payload(Lenient):
    """What a session of the type PAY is about."""

    payment_intent_id = Uuid(required=True)


class Flow(Lenient):
    """What a customer is to do."""

    type = word(["PAY"], required=True)
    payload = fields.Nested(Payload, required=True)


class CreateSession(Lenient):
    """The body of `POST /sessions/v1`."""

    customer_id = Uuid(required=True)
    flow = fields.Nested(Flow, required=True)
    redirect_url = address_field(required=True)


class FlowOfSession(Shape):
    """What a customer is to do."""

    type = fields.Constant("PAY")


class NewSession(Shape):
    """A session that is just created (documented)."""

    id = Uuid()
    session_url = fields.String(metadata={"format": "uri"})
    redirect_url = fields.String(metadata={"format": "uri"})
    expires_at = Timestamp()
    flow = fields.Nested(FlowOfSession)


class Session(Shape):
    """A session that is read (documented)."""

    id = Uuid()
    state = word(STATES)
    customer_id = Uuid()
    type = fields.Constant("PAY")
    session_url = fields.String(metadata={"format": "uri"})
    redirect_url = fields.String(metadata={"format": "uri"})


CREATE = CreateSession()
_NEW = NewSession()
_SESSION = Session()


def dump_new(session: Document, base: str) -> dict[str, Any]:
    """A new session; `base` is where browsers reach its page."""
    return dict(_NEW.dump({**session, "session_url": _url(session, base), "flow": {}}))


def dump(session: Document, base: str) -> dict[str, Any]:
    """A session; `base` is where browsers reach its page."""
    return dict(_SESSION.dump({**session, "session_url": _url(session, base)}))


def _url(session: Document, base: str) -> str:
    return f"{base}/secure/{session['id']}"
