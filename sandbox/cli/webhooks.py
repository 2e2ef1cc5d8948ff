"""`refund-sandbox webhooks`."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import click

from sandbox.cli.providers import PROVIDER
from sandbox.cli.tables import dropped, table
from sandbox.cli.talk import Talk, talks

_STATUSES = ("collected", "waiting", "pending", "delivered", "failed", "lost")


@click.group(invoke_without_command=True)
@click.option("--provider", type=PROVIDER, help="Whose.")
@click.option("--event", help="Such as refund.processed.")
@click.option("--status", type=click.Choice(_STATUSES), help="How it went.")
@click.option("--limit", type=int, help="That many, the latest; 1000, unless given.")
@click.option("--before", type=int, metavar="ID", help="Those older than that one.")
@click.option("--follow", is_flag=True, help="The attempts to come, until Ctrl-C.")
@talks(
    "webhooks --provider lahza --event refund.processed",
    "webhooks send-to lahza http://127.0.0.1:3000/webhooks",
)
def webhooks(talk: Talk, /, follow: bool, **filters: Any) -> None:
    """List the webhooks, or say where they go.

    They stand as they went out, each with how it went.
    """
    if follow:
        _follow(talk, filters)
        return
    answer = talk.sandbox.call("GET", "webhooks", "deliveries", query=filters)
    older = f"\n({answer['more']} older ones: --before)" if answer["more"] else ""
    told = deliveries_table(answer["deliveries"]) + older + dropped(answer["dropped"])
    talk.show(answer, told)


@webhooks.command()
@talks("webhooks addresses")
def addresses(talk: Talk) -> None:
    """List where webhooks go."""
    answer = talk.sandbox.call("GET", "webhooks")
    talk.show(answer, _addresses(answer["webhooks"]))


@webhooks.command()
@click.argument("provider", type=PROVIDER, metavar="PROVIDER")
@click.argument("address", metavar="URL")
@click.option("--secret", help="What signs them; unless given, the provider's own.")
@click.option("--events", metavar="A,B", help="Those alone, with commas between.")
@click.option("--domain", help="Lahza's: test, unless given, or live.")
@talks("webhooks send-to lahza http://127.0.0.1:3000/webhooks --domain live")
def send_to(talk: Talk, /, provider: str, address: str, events: str | None, **rest: Any) -> None:
    """Let a provider's webhooks go to an address, from now on."""
    words = None if events is None else [word.strip() for word in events.split(",")]
    answer = talk.sandbox.webhooks.send_to(provider, address, events=words, **rest)
    talk.show(answer, _addresses([answer]) + _probed(answer))


@webhooks.command()
@click.argument("provider", type=PROVIDER, metavar="PROVIDER")
@click.option("--domain", help="That one alone.")
@talks("webhooks stop lahza")
def stop(talk: Talk, provider: str, domain: str | None) -> None:
    """Send a provider's webhooks nowhere; they are collected."""
    answer = talk.sandbox.call("DELETE", "webhooks", provider, query={"domain": domain})
    talk.show(answer, _addresses(answer["webhooks"]))


@webhooks.command()
@talks("webhooks flush")
def flush(talk: Talk) -> None:
    """Send what waits for the clock to be moved.

    It waits for all that is under way.
    """
    answer = talk.sandbox.call("POST", "webhooks", "deliveries", "flush")
    talk.show(answer, deliveries_table(answer["deliveries"]))


@webhooks.command()
@click.argument("id", type=int)
@talks("webhooks redeliver 1")
def redeliver(talk: Talk, id: int) -> None:
    """Try a webhook once more, now."""
    answer = talk.sandbox.webhooks.redeliver(id)
    talk.show(answer, deliveries_table([answer]))


def _follow(talk: Talk, filters: Mapping[str, Any]) -> None:
    from sandbox.cli.follow import follow, require_apt

    wanted = {"type": "webhook", **require_apt(filters, "provider", "event")}
    follow(talk, lambda line: all(line.get(key) == value for key, value in wanted.items()))


def deliveries_table(deliveries: Iterable[Mapping[str, Any]]) -> str:
    """A row for each; of its attempts, how many, and what came of the last."""
    shown = [{**each, **_attempts(each["attempts"])} for each in deliveries]
    names = ["id", "at", "event", "subject", "status", "attempts", "last", "url"]
    if any(each["hint"] for each in shown):
        names.append("hint")
    return table(shown, *names)


def _attempts(attempts: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    last = attempts[-1] if attempts else {"error": None, "status": None}
    return {"attempts": len(attempts), "last": last["error"] or last["status"]}


def _addresses(addresses: Iterable[Mapping[str, Any]]) -> str:
    shown = (
        {**each, "events": "all" if each["events"] is None else ",".join(each["events"])}
        for each in addresses
    )
    return table(shown, "provider", "domain", "url", "secret", "events")


def _probed(address: Mapping[str, Any]) -> str:
    """What came of the call that a provider may make of a new address, unless all is well."""
    probe = address["probe"]
    if probe is None or probe["status"] == 200:
        return ""
    return f"\n{address['provider'].title()}'s GET of it: {probe['error'] or probe['status']}"
