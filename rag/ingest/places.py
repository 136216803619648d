"""The places that an article is about, which most of its passages do not repeat: "this year the city raised ..."."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from rag.text.divisions import divisions, lies_in
from rag.text.folding import simplified
from rag.text.places import speaks_of_home
from rag.types import Draft

_SHARE = 0.3  # of the places that an article names, those that are the place it is about


def places_of(drafts: Sequence[Draft]) -> list[tuple[str, ...]]:
    """For each article of a document the places that it may be about, likeliest first: the one that it names most,
    twice at least; and, where it says 我市, the one that most articles of the document name. Of China's divisions, by
    their short names; none where neither is known, and for articles that are not in Chinese.
    """
    named = [_named(draft) for draft in drafts]
    naming = Counter(place for own in named for place in own)
    return [
        tuple(dict.fromkeys((*_own(own), *_papers(draft, naming)))) for draft, own in zip(drafts, named, strict=True)
    ]


def _named(draft: Draft) -> Counter[str]:
    if draft.language != "zh":
        return Counter()
    title = simplified(draft.title or "")
    # What a headline names counts as named twice.
    return Counter([*divisions(title), *divisions(title), *divisions(simplified(draft.body.text))])


def _own(named: Counter[str]) -> list[str]:
    return [place for place, count in named.most_common(1) if count >= max(2, _SHARE * named.total())]


def _papers(draft: Draft, naming: Counter[str]) -> list[str]:
    if draft.language != "zh" or not speaks_of_home(draft.body.text):
        return []
    most = max(naming.values(), default=0)
    often = [place for place, articles in naming.items() if articles == most > 1]
    # Of a city and the county in it that a paper names as often, it is the county's.
    return [place for place in often if not any(lies_in(other, place) for other in often if other != place)][:1]
