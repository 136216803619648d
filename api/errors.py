"""Errors to HTTP: one table of statuses, two shapes of body.

wenju's own routes answer with RFC 9457 problem documents, OpenAI's with OpenAI's error object. Neither ever carries a
traceback: what is not in the table is a plain 500, and its cause goes to the log.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from pydantic_core import to_json
from starlette.exceptions import HTTPException

from rag.errors import (
    BadRequest,
    EmbedderError,
    EmptyIndex,
    LLMError,
    MissingExtra,
    NotFound,
    StoreError,
    UnknownChoice,
    WenjuError,
)

PROBLEM_JSON = "application/problem+json"
_OPENAI_PATHS = ("/v1/chat/", "/v1/models")
_PARAMS = {"model_not_found": "model"}
_UNROUTED = {404: "there is nothing at {path}", 405: "{path} does not take {method}"}
_UNEXPECTED = "an unexpected error; the log of the server says more"


class ModelNotFound(UnknownChoice):
    """A chat request names a model that this service does not have."""


class InvalidApiKey(WenjuError):
    """The service asks for a key and the request has none, or a wrong one."""

    def __init__(self) -> None:
        super().__init__("this service needs a key: send the header Authorization: Bearer KEY")


class BodyTooLarge(HTTPException):
    """An HTTPException, because FastAPI takes any other error in the reading of a body for a body that is not JSON."""

    def __init__(self, limit: int) -> None:
        super().__init__(413, f"the body of the request is larger than {limit} bytes")


class UnsupportedMediaType(WenjuError):
    def __init__(self) -> None:
        super().__init__("the body of the request must be JSON: send the header Content-Type: application/json")


class NotReady(WenjuError):
    """The model or the index is not loaded yet, or cannot be."""


# The class nearest to an error's own decides.
STATUS: dict[type[Exception], int] = {
    BadRequest: 400,
    RequestValidationError: 400,
    InvalidApiKey: 401,
    NotFound: 404,
    ModelNotFound: 404,
    UnsupportedMediaType: 415,
    WenjuError: 500,
    MissingExtra: 501,
    LLMError: 502,
    NotReady: 503,
    StoreError: 503,
    EmptyIndex: 503,
    EmbedderError: 503,
}
_HEADERS: dict[type[Exception], dict[str, str]] = {
    InvalidApiKey: {"WWW-Authenticate": "Bearer"},
    NotReady: {"Retry-After": "1"},
}


@dataclass(frozen=True, slots=True)
class FieldError:
    """What is wrong with one field; `field` is its path in the body, the query or the address."""

    field: str
    message: str


@dataclass(frozen=True, slots=True)
class Problem:
    """A problem document. `errors` names every field at fault, where it is the fields that are."""

    type: str
    title: str
    status: int
    detail: str
    errors: tuple[FieldError, ...] = ()


def problem_of(error: Exception) -> Problem:
    """The problem document of any error."""
    if isinstance(error, HTTPException):
        phrase = HTTPStatus(error.status_code).phrase
        return Problem("about:blank", phrase, error.status_code, error.detail or phrase)
    if isinstance(error, RequestValidationError):
        fields = tuple(_field_error(item) for item in error.errors())
        first = fields[0]
        detail = f"{first.field}: {first.message}" if first.field else first.message
        return Problem("urn:wenju:error:invalid-request", "Invalid request", _status(error), detail, fields)
    if isinstance(error, WenjuError):
        words = re.findall(r"[A-Z]+(?![a-z])|[A-Z][a-z]+", type(error).__name__)
        title = " ".join([words[0], *(word if word.isupper() else word.lower() for word in words[1:])])
        return Problem(f"urn:wenju:error:{'-'.join(words).lower()}", title, _status(error), str(error))
    return Problem("about:blank", HTTPStatus.INTERNAL_SERVER_ERROR.phrase, 500, _UNEXPECTED)


def openai_error(problem: Problem) -> dict[str, Any]:
    """The same in OpenAI's shape."""
    name = problem.type.rpartition(":")[2].replace("-", "_")
    return {
        "error": {
            "message": problem.detail,
            "type": "invalid_request_error" if problem.status < 500 else "server_error",
            "param": problem.errors[0].field or None if problem.errors else _PARAMS.get(name),
            "code": None if problem.type == "about:blank" or problem.errors else name,
        }
    }


def error_response(path: str, error: Exception) -> Response:
    """The reply to a request for `path` that ended in `error`."""
    problem = problem_of(error)
    headers = dict(getattr(error, "headers", None) or _HEADERS.get(type(error), {}))
    if path.startswith(_OPENAI_PATHS):
        return Response(to_json(openai_error(problem)), problem.status, headers, "application/json")
    return Response(to_json(problem_document(problem)), problem.status, headers, PROBLEM_JSON)


def problem_document(problem: Problem) -> dict[str, Any]:
    document = asdict(problem)
    if not problem.errors:
        del document["errors"]
    return document


def add_handlers(app: FastAPI) -> None:
    """Makes every error of every route leave by `error_response`."""
    for kind in (WenjuError, HTTPException, RequestValidationError, Exception):
        app.add_exception_handler(kind, _handle)


async def _handle(request: Request, error: Exception) -> Response:
    if isinstance(error, RequestValidationError) and _is_not_json(request, error.errors()):
        error = UnsupportedMediaType()
    if type(error) is HTTPException and isinstance(error.__cause__, UnicodeDecodeError):
        error = BadRequest(f"the body of the request is not UTF-8 at byte {error.__cause__.start}")
    if type(error) is HTTPException and error.status_code in _UNROUTED:
        detail = _UNROUTED[error.status_code].format(method=request.method, path=request.url.path)
        error = HTTPException(error.status_code, detail, error.headers)
    return error_response(request.url.path, error)


def _status(error: Exception) -> int:
    return next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)


def _field_error(item: dict[str, Any]) -> FieldError:
    """One of pydantic's findings, without the value: it may be huge."""
    if item["type"] == "json_invalid":
        return FieldError("", f"the body is not valid JSON: {item['ctx']['error']} at character {item['loc'][-1]}")
    field = ".".join(str(part) for part in item["loc"][1:])
    if not field and item["type"] in ("model_attributes_type", "missing"):
        return FieldError("", "the body must be a JSON object")
    return FieldError(field, str(item["msg"]).removeprefix("Value error, "))


def _is_not_json(request: Request, findings: Sequence[dict[str, Any]]) -> bool:
    """Whether a body came and was not even looked at, because it was not said to be JSON."""
    if not any(item["loc"] == ("body",) for item in findings) or request.headers.get("content-length") == "0":
        return False
    essence = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    return not (essence == "application/json" or (essence.startswith("application/") and essence.endswith("+json")))
