"""The page of worlds and snapshots: taken, restored, removed, and compared."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from sandbox.admin.requests import secrets_of, struck
from sandbox.admin.worlds import dump_world, keep
from sandbox.dashboard.requests import written
from sandbox.engine.provider.rules import Conflict, Origin
from sandbox.engine.values.instants import LAST, Instant, format_duration, iso, parse_instant
from sandbox.engine.worlds.comparison import Change, compare, differences
from sandbox.engine.worlds.registry import DEFAULT, Worlds
from sandbox.engine.worlds.state import State
from sandbox.http.dashboard import Moved, NotThere, Shown, Visit, home_of, page_of
from sandbox.http.problems import Problem
from sandbox.http.provider import Provider
from sandbox.settings import Settings

SIZE = 50
"""Worlds on a page."""
MOST_COMPARED = 50
"""Documents added, removed or changed in one collection, of each the newest that are shown."""
_LONGEST = 500
"""Characters of a value that are shown."""
_MOMENT = re.compile(r"(?:^|[._])(?:at|until|since)$|^history\.")
"""The keys of documents that hold moments."""
_ASKED = ("restore", "remove", "reset", "remove_world")
"""What is done only once it has been asked for twice."""


class WorldsPage:
    """The page of a server's worlds."""

    def __init__(self, providers: Sequence[Provider], worlds: Worlds, settings: Settings) -> None:
        self._worlds = worlds
        self._is_member = bool(settings.peers)
        self._models = {provider.name: provider.model for provider in providers}
        self._secrets = secrets_of(providers)("")

    def show(self, visit: Visit) -> Shown | Moved:
        """Worlds and snapshots; below it, what a comparison finds."""
        if list(visit.path) == ["compare"]:
            return self._compare(visit)
        if visit.path:
            raise NotThere
        if not visit.is_post:
            return self._list(visit)
        form = visit.request.form
        what, name = form.get("do", ""), form.get("name", "").strip()
        if what in _ASKED and "sure" not in form:
            values = {"what": what, "name": name, "is_asked": True}
            return Shown("dashboard/sure.html", values)
        try:
            return self._do(visit, what, name)
        except (Problem, Conflict) as error:
            problem = error.reason if isinstance(error, Problem) else str(error)
            return self._list(visit, what, name, problem)

    def _do(self, visit: Visit, what: str, name: str) -> Moved:
        """Do what a form says, and go on.

        Raises:
            Problem, Conflict: it can't be done.
            NotThere: what it is about is gone.
        """
        world, here = visit.world, visit.here()
        if what == "take":
            keep(world, name)
            return Moved(here, visit.text("The snapshot {name} is taken.", name=name))
        if what == "reset":
            world.reset()
            return Moved(here, visit.text("The world has begun anew."))
        if what == "remove_world":
            try:
                self._worlds.remove(name)
            except KeyError as error:
                raise NotThere from error
            tab = here.removeprefix(visit.home)
            is_here = name == world.name
            to = f"{home_of(DEFAULT)}{tab}" if is_here else here
            return Moved(to, visit.text("The world {name} is removed.", name=name))
        with world.lock:
            snapshot = world.snapshots.get(name)
            if snapshot is None or what not in _ASKED:
                raise NotThere
            if what == "remove":
                world.forget(name)
                return Moved(here, visit.text("The snapshot {name} is removed.", name=name))
        world.restore(snapshot)
        return Moved(here, visit.text("The world is as it was in {name}.", name=name))

    def _list(self, visit: Visit, what: str = "", name: str = "", problem: str = "") -> Shown:
        world = visit.world
        with world.lock:
            snapshots = sorted(world.snapshots.items(), key=lambda each: each[1].start.now or 0)[
                ::-1
            ]
            taken = [
                {"name": name, "at": each.start.now, "documents": len(each.state.store)}
                for name, each in snapshots
            ]
        standing = self._worlds.all()[::-1]
        page = page_of(visit, len(standing), SIZE)
        rows = [
            {**dump_world(each), "last_used": each.last_used, "home": home_of(each.world.name)}
            for each in standing[page * SIZE : (page + 1) * SIZE]
        ]
        for row in rows:
            row["at"] = parse_instant(row["now"])
        values = {
            "problem": "" if what == "take" else problem,
            "wrong": problem if what == "take" else "",
            "typed": name if what == "take" else "",
            "snapshots": taken,
            "rows": rows,
            "default": DEFAULT,
            "is_member": self._is_member,
            "page": page,
            "size": SIZE,
            "total": len(standing),
            "link": lambda page: visit.here(page=page or None),
        }
        return Shown("dashboard/worlds.html", values, 409 if problem else 200)

    # What has changed -----------------------------------------------------------------------

    def _compare(self, visit: Visit) -> Shown:
        """Two snapshots, or one with the world as it is: the name of that is empty."""
        world, names = visit.world, [visit.request.args.get(key, "") for key in ("from", "to")]
        with world.lock:
            if any(name and name not in world.snapshots for name in names):
                raise NotThere
            before, after = (
                (world.state, world.state.clock.now())
                if not name
                else (world.snapshots[name].state, world.snapshots[name].start.now)
                for name in names
            )
            found = compare(before[0], after[0], MOST_COMPARED)
            beside = list(differences(self._beside(before[0]), self._beside(after[0])))
        collections = [
            {
                "name": each.name,
                "kinds": [
                    {"kind": kind, "count": count, "rows": [self._change(row) for row in rows]}
                    for kind, count, rows in zip(
                        ("added", "removed", "changed"),
                        each.counts,
                        (each.added, each.removed, each.changed),
                        strict=True,
                    )
                    if count
                ],
            }
            for each in found
        ]
        values = {
            "names": names,
            "moments": (before[1], after[1]),
            "beside": self._differences(beside),
            "collections": collections,
        }
        return Shown("dashboard/compare.html", values)

    def _beside(self, state: State) -> Mapping[str, Any]:
        """What a state has beside its documents, as JSON."""
        models, outbox = self._models, state.outbox
        settings = {
            name: of.settings_schema.dump(state.settings[name]) for name, of in models.items()
        }
        addresses = {
            ".".join(filter(None, channel)): address.url
            for channel, address in outbox.addresses.items()
        }
        return {
            "scenarios": state.scenarios.on,
            "settings": settings,
            "webhooks": {
                "addresses": addresses,
                "dispatch": outbox.dispatch,
                "timeout": format_duration(outbox.patience()),
                "deliveries": outbox.deliveries.made,
            },
            "requests": state.journal.seen,
        }

    def _change(self, change: Change) -> dict[str, Any]:
        """A document for people: what is new of it, or what was."""
        document = dict(change.document)
        if isinstance(by := document.get("by"), Origin):
            document["by"] = f"{by.method} {by.path}"
        return {
            "id": change.id,
            "differences": self._differences(change.differences),
            "document": _cut(written(struck(document, self._secrets)), 8 * _LONGEST),
        }

    def _differences(self, found: Sequence[Any]) -> list[dict[str, str]]:
        return [
            {"key": key, "before": self._value(key, before), "after": self._value(key, after)}
            for key, before, after in found
        ]

    def _value(self, key: str, value: Any) -> str:
        last = key.rpartition(".")[2]
        (shown,) = struck({last: value}, self._secrets).values()
        is_moment = isinstance(shown, int) and 0 < shown <= LAST and _MOMENT.search(key)
        if shown is None:
            return "–"
        return _moment(shown) if is_moment else _cut(written(shown), _LONGEST)


def _moment(instant: Instant) -> str:
    return iso(instant, 0).replace("T", " ").removesuffix("Z")


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[:longest]}…"


ARABIC = {
    "Worlds": "العوالم",
    "Worlds and snapshots": "العوالم واللقطات",
    "The snapshot {name} is taken.": "أُخذت اللقطة {name}.",
    "The snapshot {name} is removed.": "أُزيلت اللقطة {name}.",
    "The world is as it was in {name}.": "عاد العالم كما كان في {name}.",
    "The world has begun anew.": "بدأ العالم من جديد.",
    "The world {name} is removed.": "أُزيل العالم {name}.",
    "Snapshots": "اللقطات",
    "Name": "الاسم",
    "Take a snapshot": "أخذ لقطة",
    "Documents": "الوثائق",
    "Restore": "استعادة",
    "Compare": "مقارنة",
    "From": "من",
    "To": "إلى",
    "now": "الآن",
    "This world": "هذا العالم",
    "Reset": "إعادة الضبط",
    "All that has happened in it is lost; its snapshots stay.": (
        "يضيع كل ما حدث فيه؛ وتبقى لقطاته."
    ),
    "All worlds": "كل العوالم",
    "These are the worlds of one server of several; “refund-sandbox worlds” lists all.": (
        "هذه عوالم خادم واحد من عدة خوادم. يسرد الأمر «refund-sandbox worlds» العوالم كلها."
    ),
    "Last used": "آخر استخدام",
    "you are here": "أنت هنا",
    "Restore {name}?": "استعادة {name}؟",
    "Remove the snapshot {name}?": "إزالة اللقطة {name}؟",
    "Reset the world?": "إعادة ضبط العالم؟",
    "Remove the world {name}?": "إزالة العالم {name}؟",
    "What has happened since is lost.": "يضيع ما حدث منذ ذلك الحين.",
    "It can't be restored any longer.": "لن تمكن استعادتها بعد ذلك.",
    "It is lost with all its snapshots; used again, it begins anew.": (
        "يضيع مع كل لقطاته؛ وإن استُخدم ثانية بدأ من جديد."
    ),
    "Yes, do it": "نعم، نفّذ",
    "No, go back": "لا، ارجع",
    "What has changed": "ما الذي تغيّر",
    "Nothing has changed.": "لم يتغيّر شيء.",
    "Amounts are in minor units.": "المبالغ بالوحدات الصغرى.",
    "added": "أُضيف",
    "removed": "أُزيل",
    "changed": "تغيّر",
    "Key": "المفتاح",
    "Before": "قبل",
    "After": "بعد",
    "Beside the documents": "عدا الوثائق",
    "The newest {shown} of {count} are shown.": "تُعرض أحدث {shown} من {count}.",
}
