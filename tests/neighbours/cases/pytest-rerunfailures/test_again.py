from shop import give_back

runs = []


def test_a_rerun_begins_in_a_fresh_world(payments_sandbox):
    runs.append(give_back(payments_sandbox.url))
    payments_sandbox.clock.advance(days=1)
    payments_sandbox.scenarios.on("provider-down")
    assert runs == [3500000] * 2
