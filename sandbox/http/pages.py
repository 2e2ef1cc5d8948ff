"""HTML pages: made by templates that escape what they show, with a policy for browsers."""

from collections.abc import Mapping
from typing import Any

from flask import Response, render_template

HTML = "text/html; charset=utf-8"
SVG = "image/svg+xml"
_NOTHING: Mapping[str, str] = {
    "default-src": "'none'",
    "base-uri": "'none'",
    "form-action": "'none'",
    "frame-ancestors": "'none'",
}
_POLICY = "Content-Security-Policy"


def render(
    template: str, status: int = 200, *, allowed: Mapping[str, str], **shown: Any
) -> Response:
    """A page.

    Args:
        template: its name.
        status: HTTP's.
        allowed: directives of its Content-Security-Policy, which allows nothing besides.
        shown: what the template shows.
    """
    page = Response(render_template(template, **shown), status, content_type=HTML)
    page.headers[_POLICY] = _policy(allowed)
    return page


def picture(svg: str) -> Response:
    """A picture that brings its own style, and nothing else."""
    answer = Response(svg, content_type=SVG)
    answer.headers[_POLICY] = _policy({"style-src": "'unsafe-inline'"})
    return answer


def protect(response: Response) -> None:
    """Give a policy to all HTML that has none, such as a redirect's or a scenario's."""
    if (
        response.headers.get("Content-Type", "")[:9].lower() == "text/html"
        and _POLICY not in response.headers
    ):
        response.headers[_POLICY] = _policy({"style-src": "'unsafe-inline'"})


def _policy(allowed: Mapping[str, str]) -> str:
    return "; ".join(f"{name} {sources}" for name, sources in {**_NOTHING, **allowed}.items())
