"""The settings, read once from `WENJU_*` environment variables and `wenju.toml`; nothing else reads the environment."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from rag.errors import SettingsError

PREFIX = "WENJU_"
FILE = "wenju.toml"


class Settings(BaseSettings):
    """Every setting, typed. Precedence: arguments of the call, environment, `wenju.toml`, defaults.

    Sizes are in the unit that the name gives; times are in seconds. Secrets are `SecretStr`: their repr is masked.
    """

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, toml_file=FILE, extra="forbid", frozen=True, env_ignore_empty=True
    )

    data: Path = Path("data")
    cache: Path | None = None
    embedder: str = "e5-small"
    threads: int | None = Field(default=None, ge=1, le=256)
    chunk_tokens: int = Field(default=320, ge=32, le=2000)
    max_file_mb: int = Field(default=50, ge=1)
    limit: int = Field(default=8, ge=1, le=50)
    reranker: str = "maxsim"
    reader: Literal["e5-small", "none"] = "e5-small"
    max_question: int = Field(default=4000, ge=100)

    llm: str = "extractive"
    llm_base_url: str | None = None
    llm_api_key: SecretStr | None = None
    llm_timeout: float = Field(default=60.0, gt=0, le=3600)
    llm_retries: int = Field(default=1, ge=0, le=10)
    llm_context_tokens: int = Field(default=3000, ge=200)
    llm_max_tokens: int = Field(default=700, ge=16)
    unsupported: Literal["drop", "flag", "repair"] = "drop"

    api_keys: Annotated[tuple[SecretStr, ...], NoDecode] = ()
    rate_limit: str | None = None  # no effect yet, like max_upload_mb; `wenju serve` says so
    max_upload_mb: int = Field(default=20, ge=1)
    cors_origins: Annotated[tuple[str, ...], NoDecode] = ()

    slack_bot_token: SecretStr | None = None
    slack_app_token: SecretStr | None = None
    slack_signing_secret: SecretStr | None = None
    slack_channels: Annotated[tuple[str, ...], NoDecode] = ()
    slack_teams: Annotated[tuple[str, ...], NoDecode] = ()
    slack_api_url: str = "https://slack.com/api/"
    public_url: str | None = None

    @field_validator("api_keys", "cors_origins", "slack_channels", "slack_teams", mode="before")
    @classmethod
    def _list(cls, value: Any) -> Any:
        """`a,b` as the environment has it, or a list as TOML has it."""
        return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value

    @field_validator("llm_base_url", "slack_api_url", "public_url")
    @classmethod
    def _url(cls, value: str | None) -> str | None:
        if value is not None and not re.fullmatch(r"https?://[^\s<>|]+", value):
            raise ValueError("must start with http:// or https://")
        return value

    @field_validator("reranker")
    @classmethod
    def _reranker(cls, value: str) -> str:
        if value not in ("maxsim", "none") and not re.fullmatch("cross-encoder:.+", value):
            raise ValueError("must be maxsim, none or cross-encoder:MODEL_OR_PATH")
        return value

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - the names are the library's
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)


def load_settings(**overrides: Any) -> Settings:
    """The settings in force, with `overrides` (None means "not given") on top.

    Raises SettingsError naming the key: for a bad value, and for a `WENJU_` variable that no setting has (a typing
    error in a name would otherwise be silently ignored).
    """
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    unknown = sorted(key for key in os.environ if key.startswith(PREFIX) and key.upper() not in known)
    if unknown:
        raise SettingsError(f"unknown setting {unknown[0]}; one of {', '.join(sorted(known))}")
    try:
        return Settings(**{key: value for key, value in overrides.items() if value is not None})
    except ValidationError as error:
        raise SettingsError(_describe(error)) from None
    except (OSError, ValueError) as error:  # an unreadable or malformed wenju.toml
        raise SettingsError(f"{FILE}: {error}") from None


def _describe(error: ValidationError) -> str:
    """The first problem, without the value: it may be a secret."""
    problem = error.errors(include_input=False, include_url=False)[0]
    name = ".".join(str(part) for part in problem["loc"])
    return f"setting {PREFIX}{name.upper()} (or {name} in {FILE}): {problem['msg']}"
