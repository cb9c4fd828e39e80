"""A language model behind an OpenAI-compatible server: text in, text out, within a time, or an error.

What it writes is checked elsewhere (``service.writing``). Nothing here trusts the server: a reply may be late, endless,
of another shape, or sent elsewhere, and none of it lasts longer than the time that is allowed.
"""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal, Protocol, TypedDict
from urllib.parse import urlsplit

from corpus.errors import InputError, TiaowenError

if TYPE_CHECKING:
    import httpx

_LONGEST_REPLY = 200_000
"""Bytes of a reply that are read."""

_MOST_TOKENS = 1200

_GRACE_S = 0.1
"""What ending a request may take beyond its time."""


class Message(TypedDict):
    """One turn of the conversation with a model."""

    role: Literal["system", "user"]
    content: str


class LanguageModelError(TiaowenError):
    """A model gave no text. The message names neither the key nor what was sent."""


class LanguageModel(Protocol):
    """What writes a text.

    Attributes:
        name: What the server calls the model.
    """

    @property
    def name(self) -> str: ...  # noqa: D102

    def complete(self, messages: Sequence[Message]) -> str:
        """The model's text.

        Raises:
            LanguageModelError: If there is none in time.
        """


def open_language_model(base_url: str, model: str, *, api_key: str = "", timeout_s: float = 20.0) -> LanguageModel:
    """A model by its server. Nothing is asked of the server yet.

    Args:
        base_url: ``http`` or ``https``; ``/chat/completions`` is added to it.
        model: Its name on that server.
        api_key: Sent as a bearer token; empty for none.
        timeout_s: Seconds that one text may take, connecting included.

    Raises:
        InputError: If the address, the name, the key or the time cannot be used.
    """
    check_base_url(base_url)
    if not model.strip():
        raise InputError("The language model has no name.", "Give the name that its server knows.")
    if not api_key.isascii() or any(character.isspace() or not character.isprintable() for character in api_key):
        raise InputError("The key of the language model holds characters that no header may hold.", "Copy it again.")
    if timeout_s <= 0:
        raise InputError(f"The language model cannot answer in {timeout_s} s.", "Give it more than 0 seconds.")
    return ChatModel(base_url.rstrip("/") + "/chat/completions", model, api_key, timeout_s)


def check_base_url(base_url: str) -> None:
    """Refuse what is no address of a server.

    Raises:
        InputError: If it is not http or https, has no host, or holds a name, a password, a query or a fragment.
    """
    try:
        parts = urlsplit(base_url)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        usable = False
    if not usable or any(not c.isprintable() or c.isspace() for c in base_url):
        raise InputError("The address of the language model is no http or https address.", "Write http://host:port/v1.")
    if parts.username is not None or parts.password is not None or parts.query or parts.fragment:
        raise InputError("The address of the language model holds more than host and path.", "Write http://host/v1.")


class ChatModel:
    """A model that speaks chat completions. Threads may share it; it keeps nothing between calls.

    Args:
        url: Of the endpoint.
        name: Of the model.
        api_key: Empty for none.
        timeout_s: Seconds for one text.
    """

    def __init__(self, url: str, name: str, api_key: str, timeout_s: float) -> None:
        self.name = name
        self._url = url
        self._timeout_s = timeout_s
        self._headers = {
            "Accept": "application/json",
            # A packed reply could be of any size once unpacked.
            "Accept-Encoding": "identity",
            **({"Authorization": f"Bearer {api_key}"} if api_key else {}),
        }

    def __repr__(self) -> str:
        return f"ChatModel({self.name!r})"

    def complete(self, messages: Sequence[Message]) -> str:
        """The model's text, in no more than the time given and a tenth of a second.

        Raises:
            LanguageModelError: If the server is not reached, is late, refuses, or sends what is no completion.
        """
        import httpx  # noqa: F401 - here, so that importing it takes nothing of the time

        ended: list[bytes | BaseException] = []

        def work() -> None:
            try:
                ended.append(asyncio.run(self._ask_in_time(messages)))
            except BaseException as error:  # whatever it is, the caller gets an answer without the model
                ended.append(error)

        # A thread of its own: the caller may stand in an event loop, and looking up a host cannot be cancelled.
        thread = threading.Thread(target=work, name="language-model", daemon=True)
        thread.start()
        thread.join(self._timeout_s + _GRACE_S)
        outcome = ended[0] if ended else TimeoutError()
        if isinstance(outcome, bytes):
            return _text_of(outcome)
        if isinstance(outcome, LanguageModelError):
            raise outcome
        if isinstance(outcome, TimeoutError):
            raise LanguageModelError(f"The language model sent nothing whole in {self._timeout_s:g} s.")
        # The message of a foreign error may hold headers, so only its kind is told.
        raise LanguageModelError(f"The language model cannot be asked ({type(outcome).__name__}).")

    async def _ask_in_time(self, messages: Sequence[Message]) -> bytes:
        async with asyncio.timeout(self._timeout_s):
            return await self._ask(messages)

    async def _ask(self, messages: Sequence[Message]) -> bytes:
        import httpx

        body = {
            "model": self.name,
            "messages": list(messages),
            "temperature": 0,
            "max_tokens": _MOST_TOKENS,
            "stream": False,
        }
        # Proxies and passwords of the environment are not used: what is configured is what is asked.
        async with (
            httpx.AsyncClient(timeout=self._timeout_s, follow_redirects=False, trust_env=False) as client,
            client.stream("POST", self._url, json=body, headers=self._headers) as response,
        ):
            return await _read(response)


async def _read(response: httpx.Response) -> bytes:
    if response.status_code != 200:
        raise LanguageModelError(f"The language model's server answered with status {response.status_code}.")
    if response.headers.get("content-encoding", "identity") != "identity":
        raise LanguageModelError("The language model's reply is packed, which was not asked for.")
    received = bytearray()
    async for chunk in response.aiter_raw():
        received += chunk
        if len(received) > _LONGEST_REPLY:
            raise LanguageModelError(f"The language model's reply is longer than {_LONGEST_REPLY} bytes.")
    return bytes(received)


def _text_of(reply: bytes) -> str:
    """The text of a chat completion; calls of tools and other kinds of content count for nothing."""
    try:
        record: Any = json.loads(reply)
        text = record["choices"][0]["message"]["content"]
    except (ValueError, RecursionError, LookupError, TypeError):
        raise LanguageModelError("The language model's reply is no chat completion.") from None
    if not isinstance(text, str) or not text.strip():
        raise LanguageModelError("The language model's reply holds no text.")
    return text
