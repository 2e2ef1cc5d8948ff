from shop import call


def test_a_payer_pays(payments_sandbox, page):
    order = {"amount": 15000, "email": "payer@example.com", "reference": "order-1"}
    started = call(f"{payments_sandbox.url}/transaction/initialize", **order)
    page.goto(started["authorization_url"])
    page.get_by_label("Card number").fill("4111111111111111")
    page.get_by_label("Expiry").fill("03/30")
    page.get_by_label("CVV").fill("004")
    page.get_by_role("button", name="Pay").click()
    page.wait_for_load_state()
    paid = call(f"{payments_sandbox.url}/transaction/verify/order-1")
    assert paid["status"] == "success"
