"""docs/clients.md says what tests/dialect holds the clients to."""

from tests.dialect.clients import CLIENTS, table
from tests.examples.documents import page

PAGE = page("docs/clients.md")


def test_the_pages_table_is_the_one_that_the_tests_run() -> None:
    """Copy it from here where it differs."""
    assert [line for line in PAGE.splitlines() if line.startswith("|")] == list(table())


def test_the_page_says_what_to_do_where_a_client_does_something_else() -> None:
    """Each such client has a paragraph that begins with its name."""
    plain = {"sends": {}, "create": "the refund", "fetch": "the refund", "repeats": (1, 1)}
    other = [
        client
        for client in CLIENTS
        if any(getattr(client, name) != value for name, value in plain.items())
    ]
    assert other
    for client in other:
        assert f"\n**{client.name} ({client.registry})" in PAGE
