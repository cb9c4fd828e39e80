"""What stands around a document's body: titles, number, addressee, issuing sentence, signer, date."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

FrameRole = Literal["notice_title", "title", "number", "addressee", "issuing", "signer", "date", "other"]


@dataclass(frozen=True, slots=True)
class FrameLine:
    """One printed piece before the body; ``start`` and ``end`` are clean offsets, half-open."""

    role: FrameRole
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Frame:
    """The pieces before the body, in order, and the clean offset where the body begins."""

    lines: tuple[FrameLine, ...]
    body_start: int

    def first(self, role: FrameRole) -> FrameLine | None:
        """The first piece of that role."""
        return next((line for line in self.lines if line.role == role), None)
