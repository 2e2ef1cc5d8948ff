"""Ids of documents in an order, however many: a change in the middle moves few of them."""

from bisect import bisect_left, insort
from collections.abc import Iterator, Mapping, Sequence

_MOST = 2000
"""Ids in a run; one with more is cut in two."""
_NEAR = 32
"""Ids at the end that are looked at first: few are newer than what is added."""


class SortedIds:
    """Ids in the order of their places, in runs that follow each other.

    Whoever calls it hands in the places by id. A place never changes.
    """

    __slots__ = ("_count", "_runs")

    def __init__(self, only: str | None = None) -> None:
        """None, or just one."""
        self._runs: list[list[str]] = [] if only is None else [[only]]
        self._count = len(self._runs)

    @classmethod
    def of(cls, ids: Sequence[str]) -> "SortedIds":
        """Ids that are in their order already."""
        made = cls()
        made._runs = [list(ids[n : n + _MOST]) for n in range(0, len(ids), _MOST)]
        made._count = len(ids)
        return made

    def copy(self) -> "SortedIds":
        """The same ids, to go on from here by themselves."""
        other = SortedIds()
        other._runs, other._count = [run.copy() for run in self._runs], self._count
        return other

    def __len__(self) -> int:
        return self._count

    def add(self, doc_id: str, places: Mapping[str, int]) -> None:
        """Put an id in."""
        runs, place = self._runs, places[doc_id]
        self._count += 1
        if not runs:
            runs.append([doc_id])
            return
        n, run = len(runs) - 1, runs[-1]
        if places[run[-1]] < place:  # as nearly always
            if len(run) == _MOST:
                runs.append([doc_id])
            else:
                run.append(doc_id)
            return
        low = len(run) - _NEAR
        if low < 0 or places[run[low]] > place:
            n, low = self._run_at(place, places), 0
            run = runs[n]
        insort(run, doc_id, low, key=places.__getitem__)
        if len(run) > _MOST:
            half = _MOST // 2
            runs[n : n + 1] = [run[:half], run[half:]]

    def remove(self, doc_id: str, places: Mapping[str, int]) -> None:
        """Take out an id that is there."""
        place = places[doc_id]
        n = self._run_at(place, places)
        run = self._runs[n]
        del run[bisect_left(run, place, key=places.__getitem__)]
        if not run:
            del self._runs[n]
        self._count -= 1

    def before(self, place: int, places: Mapping[str, int]) -> int:
        """How many ids stand before a place."""
        n = self._run_at(place, places)
        if n == len(self._runs):
            return self._count
        inside = bisect_left(self._runs[n], place, key=places.__getitem__)
        return sum(map(len, self._runs[:n])) + inside

    def backwards(self, low: int, high: int) -> Iterator[str]:
        """The ids from the one at `high`, that one left out, back to the one at `low`."""
        end = self._count
        for run in reversed(self._runs):
            begin = end - len(run)
            if begin < high:
                yield from reversed(run[max(low - begin, 0) : high - begin])
            if begin <= low:
                return
            end = begin

    def _run_at(self, place: int, places: Mapping[str, int]) -> int:
        """The number of the first run that goes as far as a place."""
        return bisect_left(self._runs, place, key=lambda run: places[run[-1]])
