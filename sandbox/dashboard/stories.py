"""The story of a world as a page: the picture, and the same as text to copy."""

from collections.abc import Sequence

from sandbox.admin.story import Stories
from sandbox.http.dashboard import NotThere, Shown, Visit
from sandbox.http.problems import Problem
from sandbox.http.provider import Provider

_STYLES = "'self' 'unsafe-inline'"
"""The picture brings its own, as it does where it stands alone."""


class StoryPage:
    """The page of a server's worlds."""

    def __init__(self, providers: Sequence[Provider]) -> None:
        self._stories = Stories(providers)

    def show(self, visit: Visit) -> Shown:
        """The latest of all that happened, or of one payment or refund."""
        if visit.path:
            raise NotThere
        from sandbox.story.mermaid import mermaid  # (other pages need none)
        from sandbox.story.svg import svg

        subject = visit.request.args.get("subject", "").strip()
        values = {"subject": subject, "is_filtered": bool(subject)}
        try:
            story = self._stories.tell(subject or None)
        except Problem as problem:
            return Shown("dashboard/story.html", {**values, "wrong": problem.reason}, 404)
        told = {"picture": svg(story), "mermaid": mermaid(story)}
        return Shown("dashboard/story.html", {**values, **told}, styles=_STYLES)


ARABIC = {
    "Story": "القصة",
    "Its story": "قصته",
    "All that happened, by the world's time. Each line has more to tell when pointed at.": (
        "كل ما حدث بترتيب زمن العالم. أشر إلى أي سطر لترى المزيد."
    ),
    "Payment or refund": "الدفعة أو الاسترداد",
    "an id or a reference": "معرّف أو مرجع",
    "The same as Mermaid text": "القصة نفسها نصًّا بصيغة Mermaid",
}
