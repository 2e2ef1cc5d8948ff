"""What the clients of the load do, each in a world of its own; a job is some ten to thirty calls.

Each keeps its world bounded: it begins it anew now and then, or changes nothing that is kept.
"""

from collections.abc import Mapping
from contextlib import closing
from random import Random  # noqa: TID251

from tests.soak.load import FORM, GOOD, LAHZA, Client, Job

ROUNDS = 12
"""A job begins its world anew in one of so many rounds."""
_VIEWS = (
    "clock requests?limit=50 webhooks webhooks/deliveries scenarios fixtures settings payments "
    "refunds story.svg story.mmd story.json snapshots worlds health openapi/lean.json log"
).split()
_PAGES = (
    "world/time world/scenarios world/requests world/requests/1 world/webhooks world/story "
    "world/worlds lean/payments lean/refunds lean/payouts lean/customers lahza/transactions "
    "lahza/refunds"
).split()
_PARTS = "refund refunds transaction payouts payments none".split()


def jobs(receiver: str) -> Mapping[str, Job]:
    """All of them, by the name of their world; webhooks go to a receiver."""

    def anew(client: Client, random: Random, **how: object) -> None:
        """Begin the world anew in one of some rounds, with addresses for its webhooks."""
        if random.randrange(ROUNDS) == 0:
            client.call("POST", "/_sandbox/reset", how)
        for provider in ("lean", "lahza"):
            client.call("PUT", f"/_sandbox/webhooks/{provider}", {"url": receiver})

    def lean(client: Client, random: Random) -> None:
        """Pay, refund, approve, and let time pass, which may try webhooks again."""
        moment = f"2027-01-{random.randint(1, 28):02}T09:00:00Z"
        anew(client, random, mode="frozen", now=moment, seed=random.randrange(10**6))
        payment = client.call("POST", "/_sandbox/lean/payments", {"amount": 100})["id"]
        item = {"payment_id": payment, "reason_code": "CUSTOMER_REQUEST"}
        for _ in range(3):
            amounts = [random.randint(1, 9) for _ in range(3)]
            made = client.call(
                "POST", "/payouts/refunds", [{**item, "amount": amount} for amount in amounts]
            )
            chosen = [{"refund_id": made[0]["refund_id"], "status": "APPROVED"}]
            client.call("PUT", "/payouts/refunds", chosen)
            client.call("GET", f"/payouts/refunds/{made[0]['refund_id']}")
            client.call("GET", "/payouts/refunds?page=0&size=20")
        client.call("POST", "/payouts/refunds", [{**item, "amount": 10_000}], wanted=(400,))
        client.call("POST", "/_sandbox/clock/advance", {"by": random.choice(["1s", "6m", "1d"])})

    def lahza(client: Client, random: Random) -> None:
        """Pay on the page, refund, look it all up; this world's time runs fast by itself."""
        anew(client, random)
        client.call("PUT", "/_sandbox/clock", {"mode": "realtime", "rate": 600})
        asked = {"email": "a@example.com", "amount": 5000}
        url = client.call("POST", "/transaction/initialize", asked, LAHZA)["data"]
        client.call("GET", f"/checkout/{url['access_code']}")
        paid = client.call("POST", "/_sandbox/lahza/transactions", {"amount": 9000})["id"]
        for _ in range(3):
            refund = client.call("POST", "/refund", {"transaction": paid, "amount": 7}, LAHZA)
            client.call("GET", f"/refund/{refund['data']['id']}", headers=LAHZA)
        key = {"Authorization": f"Bearer sk_test_{random.randrange(10**9)}"}  # (any will do)
        for path in ("refund", "transaction", f"transaction/timeline/{paid}", "transaction/export"):
            client.call("GET", f"/{path}", headers=key)
        client.call("POST", "/refund", {"transaction": paid, "amount": 10**9}, LAHZA, (400,))

    def snapshots(client: Client, random: Random) -> None:
        """Take, change, restore, forget."""
        anew(client, random)
        refund = {"transaction": "fixture-success", "amount": 1}
        client.call("POST", "/refund", refund, LAHZA)  # (unchanged worlds are the first to go)
        name = f"/_sandbox/snapshots/s{random.randrange(50)}"
        client.call("PUT", name)
        client.call("POST", "/_sandbox/seed", {"payments": 10, "refunds": 10})
        client.call("POST", f"{name}/restore")
        client.call("POST", "/refund", refund, LAHZA)
        client.call("POST", f"{name}/restore")
        client.call("GET", "/_sandbox/snapshots")
        client.call("DELETE", name)

    def worlds(client: Client, random: Random) -> None:
        """Make worlds; some are removed, others go when there are too many."""
        for _ in range(3):
            name = f"made-{random.randrange(10**9)}"
            with closing(Client(client.port, name, client.pace)) as other:
                other.call("POST", "/_sandbox/lean/payments", {"amount": 100})
                other.call("GET", "/refund", headers=LAHZA)
                other.call("PUT", "/_sandbox/webhooks/lahza", {"url": receiver})
                wanted = {"transaction": "fixture-success", "amount": 1}
                other.call("POST", "/refund", wanted, LAHZA)
            if random.random() < 0.5:
                client.call("DELETE", f"/_sandbox/worlds/{name}")

    def scenarios(client: Client, random: Random) -> None:
        """Switch on and off, for one call and for all; calls wait, fail, and are broken off."""
        anew(client, random, mode="frozen")
        known = client.call("GET", "/_sandbox/scenarios")["scenarios"]
        chosen = random.choice([each["name"] for each in known])
        client.call("PUT", f"/_sandbox/scenarios/{chosen}")
        client.call("GET", f"/_sandbox/scenarios/{chosen}")
        client.call("DELETE", f"/_sandbox/scenarios/{chosen}")
        once = {**LAHZA, "Sandbox-Scenario": "slow-provider; delay=10ms"}
        client.call("GET", "/refund", headers=once)
        down = {**LAHZA, "Sandbox-Scenario": "provider-down"}
        client.call("GET", "/refund", headers=down, wanted=(503,))
        client.call("PUT", "/_sandbox/scenarios/webhook-duplicated")
        client.call("POST", "/refund", {"transaction": "fixture-success", "amount": 1}, LAHZA)
        client.call("POST", "/_sandbox/clock/advance", {"by": "1h"})
        client.call("DELETE", "/_sandbox/scenarios/webhook-duplicated")
        script = [{"on": "request", "times": 1, "fail": "unavailable"}]
        own = {"name": f"own-{random.randrange(30)}", "title": "Own", "script": script}
        client.call("POST", "/_sandbox/scenarios", own, wanted=(*GOOD, 409))

    def admin(client: Client, random: Random) -> None:
        """Look at everything; this world is never begun anew."""
        client.call(
            "POST", "/refund", {"transaction": "fixture-success", "amount": 0}, LAHZA, (400,)
        )
        for view in random.sample(_VIEWS, 8):
            client.call("GET", f"/_sandbox/{view}")
        client.call("PATCH", "/_sandbox/settings", {"lean": {"pending_after": "5s"}})
        client.call("POST", "/_sandbox/clock/advance", {"by": "1s"})

    def dashboard(client: Client, random: Random) -> None:
        """Look at pages, as a browser that comes for the first time each time."""
        anew(client, random)
        client.call("POST", "/refund", {"transaction": "fixture-success", "amount": 1}, LAHZA)
        for page in random.sample(_PAGES, 6):
            client.call("GET", f"/_sandbox/dashboard/{page}")
        client.call("GET", "/_sandbox/dashboard/live?after=0")

    def follow(client: Client, random: Random) -> None:
        """Follow the log while something happens, from where it was read before, or anew."""
        anew(client, random)
        last = client.call("GET", "/_sandbox/log?bodies=true")["last"]
        for _ in range(5):
            client.call("GET", "/refund", headers=LAHZA)
            last = client.call("GET", f"/_sandbox/log?after={last}&bodies=true")["last"]

    def mistakes(client: Client, random: Random) -> None:
        """Call what is not there, say what can't be read, hang up."""
        anew(client, random)
        path = "/".join(random.sample(_PARTS, 3))
        client.call("GET", f"/{path}/{random.randrange(10**9)}", wanted=(404,))
        client.call("POST", "/payouts/refunds", "[{", wanted=(400,))
        client.call("POST", "/refund", "{", LAHZA, (400,))
        client.call("GET", "/refund", headers={"Authorization": "Basic x"}, wanted=(401,))
        client.call("GET", f"/_sandbox/{random.randrange(10**9)}", wanted=(404,))
        form = f"client_id=c{random.randrange(10**9)}&client_secret=s&grant_type=client_credentials"
        token = client.call("POST", "/oauth2/token", f"{form}&scope=api", FORM)["access_token"]
        client.call("GET", "/payouts/refunds", headers={"Authorization": f"Bearer {token}"})
        client.hang_up_in_the_middle("POST", "/payouts/refunds")
        client.call("GET", "/refund", headers={**LAHZA, f"X-{random.randrange(10**9)}": "1"})

    every = (
        lean, lahza, snapshots, worlds, scenarios, admin, dashboard, follow, mistakes,
    )  # fmt: skip
    return {job.__name__: job for job in every}
