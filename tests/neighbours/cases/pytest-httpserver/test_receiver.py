from shop import give_back


def test_it_hears_of_a_refund(payments_sandbox, httpserver):
    httpserver.expect_request("/webhooks").respond_with_data("")
    payments_sandbox.webhooks.send_to("lahza", httpserver.url_for("/webhooks"))
    give_back(payments_sandbox.url)
    payments_sandbox.clock.advance(days=1)
    told = [request for request, _ in httpserver.log if request.method == "POST"]
    events = [request.json["event"] for request in told]
    assert events == ["refund.pending", "refund.processing", "refund.processed"]
    assert all("x-lahza-signature" in request.headers for request in told)
