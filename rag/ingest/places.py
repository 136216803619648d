"""The place that an article is about, which most of its passages do not repeat: "this year the city raised ..."."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from rag.text.places import bare, is_seat, places, speaks_of_home
from rag.types import Draft

_SHARE = 0.3  # of the places that an article names, those that are the place it is about


def places_of(drafts: Sequence[Draft]) -> list[str | None]:
    """For each article of a document the place that it is about: the one that it names most, twice at least; or, where
    it only says 我市, the one that most articles of the document name. None where neither is known, and for articles
    that are not in Chinese.
    """
    named = [_named(draft) for draft in drafts]
    naming = Counter(place for own in named for place in own)
    return [_own(own) or _papers(draft, naming) for draft, own in zip(drafts, named, strict=True)]


def _named(draft: Draft) -> Counter[str]:
    if draft.language != "zh":
        return Counter()
    names = Counter(bare(place) for place in places(f"{draft.title or ''}\n{draft.body.text}"))
    return Counter({place: count for place, count in names.items() if is_seat(place)})


def _own(named: Counter[str]) -> str | None:
    for place, count in named.most_common(1):
        if count >= max(2, _SHARE * named.total()):
            return place
    return None


def _papers(draft: Draft, naming: Counter[str]) -> str | None:
    if draft.language == "zh" and speaks_of_home(draft.body.text):
        for place, articles in naming.most_common(1):
            if articles > 1:
                return place
    return None
