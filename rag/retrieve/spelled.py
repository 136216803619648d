"""Chinese names that no dictionary has, a village's or a street's, by how they are read: what the articles themselves
have of a name in pinyin.
"""

from __future__ import annotations

import json
from functools import lru_cache

from rag.index import lexical
from rag.index.store import Store
from rag.retrieve.pinyin import Spelling, Way

_PLACE = "省市县区州盟旗镇乡村社街路道巷桥湖河江溪山岭岛港湾园站寺大新"  # behind the names of places
_MOST = 12  # names that are read alike; more are words read so by chance
_KEPT = 512
_MOST_PASSAGES = 500
_SOURCES = """SELECT DISTINCT documents.source FROM chunks JOIN articles ON articles.id = chunks.article_id
JOIN documents ON documents.id = articles.document_id WHERE chunks.id IN (SELECT value FROM json_each(?))"""


class Spelled:
    """Looks names up among the words of a store's articles, as they are now. Safe from any thread."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._looked_up = lru_cache(_KEPT)(self._look_up)
        self._standing = lru_cache(_KEPT)(self._stand)
        self._known = lru_cache(_KEPT)(self._know)

    def have(self, names: tuple[str, ...]) -> bool:
        """Whether any of the names, folded, stands in the articles."""
        return self._known(names, self._store.generation())

    def sources(self, names: tuple[str, ...]) -> frozenset[str] | None:
        """Of the documents that have one of the names, None where hundreds of passages do."""
        return self._standing(names, self._store.generation())

    def words(self, name: Spelling) -> tuple[str, ...]:
        """What is read so, folded, in order; nothing where that may be chance."""
        return self._looked_up(name.ways, "", self._store.generation())

    def places(self, name: Spelling) -> tuple[str, ...]:
        """The same of names of places, which say what they are behind the name: 青槐 of 青槐县."""
        return self._looked_up(name.ways, _PLACE, self._store.generation())

    def _know(self, names: tuple[str, ...], _generation: int) -> bool:
        with self._store.reading() as connection:
            return lexical.having(connection, names, 0) is None

    def _stand(self, names: tuple[str, ...], _generation: int) -> frozenset[str] | None:
        with self._store.reading() as connection:
            chunks = lexical.having(connection, names, _MOST_PASSAGES)
            if chunks is None:
                return None
            rows = connection.execute(_SOURCES, (json.dumps(chunks),)).fetchall()
        return frozenset(str(source) for (source,) in rows)

    def _look_up(self, ways: tuple[Way, ...], after: str, _generation: int) -> tuple[str, ...]:
        with self._store.reading() as connection:
            found = dict.fromkeys(word for way in ways for word in lexical.spelled(connection, way, after))
        return tuple(found) if len(found) <= _MOST else ()
