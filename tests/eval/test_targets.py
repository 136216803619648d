"""What makes two runs the same run."""

from __future__ import annotations

from pathlib import Path

import pytest

from eval.targets import answering_settings, content_hash
from rag.settings import Settings


@pytest.mark.parametrize(
    "changed",
    [
        {"reader": "none"}, {"unsupported": "flag"}, {"llm_max_tokens": 50}, {"llm_timeout": 5}, {"llm_retries": 3},
        {"llm_context_tokens": 900}, {"reranker": "none"}, {"limit": 3}, {"chunk_tokens": 64}, {"max_question": 200},
        {"llm_base_url": "http://127.0.0.1:9/v1"},
    ],
)  # fmt: skip
def test_what_answers_depend_on_is_told_apart(changed: dict[str, object]) -> None:
    assert answering_settings(Settings(**changed)) != answering_settings(Settings())  # type: ignore[arg-type]


def test_what_changes_no_answer_is_not_and_no_password_is_shown() -> None:
    assert answering_settings(Settings(threads=1, public_url="http://a.example")) == answering_settings(Settings())
    address = "http://me:hidden@127.0.0.1/v1"
    assert "hidden" not in str(answering_settings(Settings(llm_base_url=address)))


@pytest.mark.parametrize("name", ["answer/abstain.json", "weights.npz", "code.py"])
def test_fitted_data_counts_as_code_does(tmp_path: Path, name: str) -> None:
    (tmp_path / "answer").mkdir()
    for file in ("answer/abstain.json", "weights.npz", "code.py", "README.md"):
        (tmp_path / file).write_bytes(b"1")
    before = content_hash([tmp_path])
    (tmp_path / "README.md").write_bytes(b"2")
    assert content_hash([tmp_path]) == before
    (tmp_path / name).write_bytes(b"2")
    assert content_hash([tmp_path]) != before
