"""Writes `docs/wire-examples.md` from the wire examples: `make wire`."""

from collections.abc import Iterable, Iterator, Mapping
from urllib.parse import urlencode

from sandbox.openapi.wire_examples import WireExample
from tests.conftest import ROOT
from tests.wire.stories import EXAMPLES

PAGE = ROOT / "docs" / "wire-examples.md"
_HEAD = """\
<!-- `make wire` writes this page from sandbox/lean/wire_examples.yaml and
     sandbox/lahza/wire_examples.yaml; a test holds it against them. -->
# Wire examples

What the providers are known to put on the wire, example by example. [Fidelity](fidelity.md)
explains the grounds. `keys` beside one means that the keys and their order are known, and that the
values are the sandbox's. The tests let a sandbox show each example, and compare each byte, except
where the example says that the sandbox has another value. The [OpenAPI documents](openapi.md) show
the examples, too.
"""


def page() -> str:
    """The page."""
    return "\n".join([_HEAD, *(line for name in EXAMPLES for line in _of(name))])


def _of(provider: str) -> Iterator[str]:
    examples = EXAMPLES[provider].values()
    title = provider.title()
    yield from (
        f"## {title}",
        "",
        "| example | call or event | status | ground |",
        "|---|---|---|---|",
    )
    for each in examples:
        where, status = each.call or each.webhook, each.status or "webhook"
        link = f"[{each.name}](#{_anchor(f'{title}: {each.name}')})"
        yield f"| {link} | `{where}` | {status} | {_ground(each)} |"
    for each in examples:
        yield from ("", f"### {title}: {each.name}", "", *_about(each))
    yield ""


def _anchor(heading: str) -> str:
    kept = "".join(c for c in heading.lower() if c.isalnum() or c in "_- ")
    return kept.replace(" ", "-")


def _ground(example: WireExample) -> str:
    return example.grade + (", keys" if example.known == "keys" else "")


def _about(example: WireExample) -> Iterator[str]:
    yield f"{_ground(example).capitalize()}. Source: {_sentence(example.source)}"
    yield from (_sentence(text) for text in (example.note, example.differs) if text)
    if example.call is not None and example.body is None:
        yield "The body of the answer is not known."
    if example.made:
        yield f"The sandbox makes up {_quoted(example.made)}."
    if example.here:
        yield f"The sandbox has another value of {_quoted(example.here)}."
    yield from ("", "<details>", f"<summary>{example.call or example.webhook}</summary>", "")
    if example.call is not None:
        yield from _block(_call(example, example.call), example.sent_headers, example.sent)
        yield from _block(str(example.status), example.headers, example.body)
    else:
        yield from ("```json", (example.body or "").strip(), "```", "")
    yield "</details>"


def _call(example: WireExample, call: str) -> str:
    """The first line of a call."""
    left = {name: str(value) for name, value in example.parameters.items()}
    for name in example.parameters:
        if f"{{{name}}}" in call:
            call = call.replace(f"{{{name}}}", left.pop(name))
    return f"{call}?{urlencode(left)}" if left else call


def _sentence(text: str) -> str:
    return f"{text.strip().rstrip('.')}."


def _quoted(places: Iterable[str]) -> str:
    return ", ".join(f"`{place}`" for place in places)


def _block(first: str, headers: Mapping[str, str], body: str | None) -> Iterator[str]:
    """A call or an answer; what is not known of it is left out."""
    yield from ("```http", first, *(f"{name}: {value}" for name, value in headers.items()))
    if body is not None:
        yield from ("", body.strip())
    yield from ("```", "")


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
