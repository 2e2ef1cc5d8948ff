import pytest
from django.contrib.auth.models import Group
from shop import give_back

EVENTS = ["refund.pending", "refund.processing", "refund.processed"]


def events():
    return list(Group.objects.order_by("id").values_list("name", flat=True))


@pytest.mark.parametrize("run", range(3))
def test_the_live_server_hears_of_a_refund(payments_sandbox, live_server, run):
    payments_sandbox.webhooks.send_to("lahza", f"{live_server.url}/webhooks/")
    give_back(payments_sandbox.url)
    payments_sandbox.clock.advance(days=1)
    assert events() == EVENTS


@pytest.mark.django_db
def test_a_view_hears_of_a_refund(payments_sandbox, client):
    payments_sandbox.webhooks.send_to("lahza", client, "/webhooks/")
    give_back(payments_sandbox.url)
    payments_sandbox.clock.advance(days=1)
    assert events() == EVENTS
