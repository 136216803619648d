from __future__ import annotations

from pathlib import Path

import pytest

from rag.errors import SettingsError
from rag.settings import load_settings


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_arguments_win_over_environment_over_file_over_defaults(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "wenju.toml").write_text('llm = "ollama:from-file"\nlimit = 3\nthreads = 2\n')
    monkeypatch.setenv("WENJU_LIMIT", "4")
    settings = load_settings(data=Path("elsewhere"), limit=None)
    assert (settings.llm, settings.limit, settings.threads) == ("ollama:from-file", 4, 2)
    assert settings.data == Path("elsewhere")
    assert settings.embedder == "e5-small"


def test_lists_are_written_with_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WENJU_API_KEYS", "one, two")
    monkeypatch.setenv("WENJU_CORS_ORIGINS", "http://a.example")
    settings = load_settings()
    assert [key.get_secret_value() for key in settings.api_keys] == ["one", "two"]
    assert settings.cors_origins == ("http://a.example",)


def test_secrets_are_masked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WENJU_LLM_API_KEY", "sk-hidden")
    monkeypatch.setenv("WENJU_API_KEYS", "key-hidden")
    settings = load_settings()
    assert "hidden" not in repr(settings) + str(settings) + settings.model_dump_json()


@pytest.mark.parametrize(
    ("key", "value", "says"),
    [
        ("WENJU_LIMIT", "many", "WENJU_LIMIT"),
        ("WENJU_LLM_BASE_URL", "localhost:8080", "http://"),
        ("WENJU_LIMITS", "3", "unknown setting WENJU_LIMITS; one of"),
    ],
)
def test_what_is_wrong_is_named(monkeypatch: pytest.MonkeyPatch, key: str, value: str, says: str) -> None:
    monkeypatch.setenv(key, value)
    with pytest.raises(SettingsError, match=says):
        load_settings()


def test_an_unknown_key_in_the_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "wenju.toml").write_text("colour = 1\n")
    with pytest.raises(SettingsError, match="COLOUR"):
        load_settings()
