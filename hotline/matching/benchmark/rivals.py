"""Keyword search, fuzzy matching, BM25, trigrams and an embedding, each by itself."""

import asyncio
import tempfile
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
from rapidfuzz import fuzz, process

from hotline.matching.families import Field, Worded
from hotline.matching.terms import Floats

_LISTED = 10


class Rival(Protocol):
    """Ranks services by their key for one utterance."""

    name: str

    def build(self, families: Sequence[Worded]) -> None: ...

    def rank(self, text: str) -> list[str]: ...


class Phrased:
    """The phrases that every rival searches: names, aliases, keywords, summaries."""

    def __init__(self, families: Sequence[Worded]) -> None:
        said = [
            (phrase.text, family.family.key)
            for family in families
            for phrase in family.phrases
            if phrase.field != Field.DETAILS
        ]
        self.texts = [text for text, _ in said]
        self.keys = [key for _, key in said]

    def by_family(self) -> dict[str, str]:
        joined: dict[str, list[str]] = {}
        for text, key in zip(self.texts, self.keys, strict=True):
            joined.setdefault(key, []).append(text)
        return {key: " ".join(texts) for key, texts in joined.items()}


class FuzzyNames:
    name = "rapidfuzz WRatio"

    def build(self, families: Sequence[Worded]) -> None:
        self._phrased = Phrased(families)

    def rank(self, text: str) -> list[str]:
        near = process.extract(text, self._phrased.texts, scorer=fuzz.WRatio, limit=60)
        return _distinct(self._phrased.keys[place] for _, _, place in near)


class Bm25Words:
    name = "BM25 + jieba (bm25s)"

    def build(self, families: Sequence[Worded]) -> None:
        import bm25s  # type: ignore[import-untyped]

        documents = Phrased(families).by_family()
        self._keys = list(documents)
        self._search = bm25s.BM25()
        self._search.index([words(text) for text in documents.values()], show_progress=False)

    def rank(self, text: str) -> list[str]:
        found, _ = self._search.retrieve([words(text)], k=_LISTED, show_progress=False)
        return [self._keys[int(place)] for place in found[0]]


class TantivyWords:
    name = "tantivy + jieba"

    def build(self, families: Sequence[Worded]) -> None:
        import tantivy

        schema = tantivy.SchemaBuilder()
        schema.add_text_field("key", stored=True, tokenizer_name="raw")
        schema.add_text_field("text", tokenizer_name="whitespace")
        self._index = tantivy.Index(schema.build())
        writer = self._index.writer()
        for key, text in Phrased(families).by_family().items():
            document = tantivy.Document()
            document.add_text("key", key)
            document.add_text("text", " ".join(words(text)))
            writer.add_document(document)
        writer.commit()
        self._index.reload()

    def rank(self, text: str) -> list[str]:
        safe = " ".join(f'"{word}"' for word in words(text) if word.isalnum())
        if not safe:
            return []
        searcher = self._index.searcher()
        hits = searcher.search(self._index.parse_query(safe, ["text"]), _LISTED).hits
        return [str(searcher.doc(address)["key"][0]) for _, address in hits]


class Trigrams:
    name = "PostgreSQL pg_trgm"

    def build(self, families: Sequence[Worded]) -> None:
        from hotline.db.embedded import EmbeddedPostgres

        self._phrased = Phrased(families)
        self._place = tempfile.TemporaryDirectory(prefix="hotline-bench-")
        Path(self._place.name).chmod(0o755)
        self._server = EmbeddedPostgres(Path(self._place.name) / "data", durable=False)
        self._loop = asyncio.new_event_loop()
        self._loop.run_until_complete(self._fill(self._server.start()))

    async def _fill(self, dsn: str) -> None:
        import asyncpg

        self._connection = await asyncpg.connect(dsn.replace("+asyncpg", "", 1))
        await self._connection.execute(
            "CREATE EXTENSION IF NOT EXISTS pg_trgm;CREATE TEMP TABLE phrase (key text, said text)"
        )
        rows = list(zip(self._phrased.keys, self._phrased.texts, strict=True))
        await self._connection.copy_records_to_table("phrase", records=rows)

    def rank(self, text: str) -> list[str]:
        query = (
            "SELECT key FROM phrase GROUP BY key"
            " ORDER BY max(similarity(said, $1)) DESC, key LIMIT 10"
        )
        rows = self._loop.run_until_complete(self._connection.fetch(query, text))
        return [str(row["key"]) for row in rows]

    def close(self) -> None:
        self._loop.run_until_complete(self._connection.close())
        self._server.stop()
        self._place.cleanup()


class Embedding:
    """With the learned turn and the shipped vectors, which makes it a strong rival."""

    name = "e5 embedding alone"

    def __init__(self, embed: Callable[[str], Floats], known: Callable[[Sequence[str]], Floats]):
        self._embed, self._known = embed, known

    def build(self, families: Sequence[Worded]) -> None:
        self._phrased = Phrased(families)
        self._rows = self._known(self._phrased.texts)

    def rank(self, text: str) -> list[str]:
        near = np.argsort(-(self._rows @ self._embed(text)), kind="stable")[:60]
        return _distinct(self._phrased.keys[place] for place in near)


def words(text: str) -> list[str]:
    import jieba

    return [word for word in jieba.lcut_for_search(text) if word.strip()]


def _distinct(keys: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(keys))[:_LISTED]
