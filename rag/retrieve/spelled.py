"""Chinese names that no dictionary has, a village's or a street's, by how they are read: what the articles themselves
have of a name in pinyin.
"""

from __future__ import annotations

from functools import lru_cache

from rag.index import lexical
from rag.index.store import Store
from rag.retrieve.pinyin import Spelling, Way

_PLACE = "省市县区州盟旗镇乡村社街路道巷桥湖河江溪山岭岛港湾园站寺大新"  # behind the names of places
_MOST = 12  # names that are read alike; more are words read so by chance
_KEPT = 512


class Spelled:
    """Looks names up among the words of a store's articles, as they are now. Safe from any thread."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._looked_up = lru_cache(_KEPT)(self._look_up)
        self._known = lru_cache(_KEPT)(self._know)

    def have(self, names: tuple[str, ...]) -> bool:
        """Whether any of the names, folded, stands in the articles."""
        return self._known(names, self._store.generation())

    def words(self, name: Spelling) -> tuple[str, ...]:
        """What is read so, folded, in order; nothing where that may be chance."""
        return self._looked_up(name.ways, "", self._store.generation())

    def places(self, name: Spelling) -> tuple[str, ...]:
        """The same of names of places, which say what they are behind the name: 青槐 of 青槐县."""
        return self._looked_up(name.ways, _PLACE, self._store.generation())

    def _know(self, names: tuple[str, ...], _generation: int) -> bool:
        with self._store.reading() as connection:
            return lexical.having(connection, names, 0) is None

    def _look_up(self, ways: tuple[Way, ...], after: str, _generation: int) -> tuple[str, ...]:
        with self._store.reading() as connection:
            found = dict.fromkeys(word for way in ways for word in lexical.spelled(connection, way, after))
        return tuple(found) if len(found) <= _MOST else ()
