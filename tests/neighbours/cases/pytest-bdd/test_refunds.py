from pytest_bdd import given, scenarios, then, when
from shop import give_back, status

scenarios("refunds.feature")


@given("an order that is paid", target_fixture="order")
def order(payments_sandbox):
    return payments_sandbox.lahza.pay(5000, reference="order-1")["reference"]


@when("I give it back", target_fixture="refund")
def refund(payments_sandbox, order):
    return give_back(payments_sandbox.url, order=order)


@when("a day goes by")
def day(payments_sandbox):
    payments_sandbox.clock.advance(days=1)


@then("the refund is processed")
def processed(payments_sandbox, refund):
    assert status(payments_sandbox.url, refund) == "processed"
