"""Marks what a website, a mirror or a printer added to a document, and repairs what it broke.

Noise is found by what a line is (``corpus.website``), by where it stands (above the first or below the
last line of the policy text) and by repetition. Where that leaves a doubt, the line is kept.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from corpus import website
from corpus.folding import fold, fold_for_comparison
from corpus.model import CleanText, Noise, Repair, Span
from corpus.mojibake import find_repairs
from corpus.pinyin import find_pinyin

_HEADER_LINES = 80
_FOOTER_LINES = 160
_PASSES = 4

# Matches: "- 3 -" alone on a line. Does not match: "3·15".
_BODY_LINE = re.compile(
    r"^[ \t\u3000]*(?:[-—–－─·•~～]+[ \t\u3000]*[\d０-９]|[第共][ \t\u3000]*[\d０-９]+[ \t\u3000]*[页頁]|//|[Pp][Aa][Gg][Ee] ?\d)[^\n]{0,80}$",
    re.MULTILINE,
)
# Matches: a zero-width space. Does not match: a line break.
_INVISIBLE = re.compile("[\u0000-\u0008\u000e-\u001b\u007f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]+")
# Matches: <br/>. Does not match: (<5毫克).
_MARKUP = re.compile(
    r"</?(?:p|br|div|span|td|tr|th|table|tbody|strong|b|i|u|em|font|a|img|h[1-6]|ul|li|ol|center|section|o:p)"
    r"(?:\s[^<>\n]{0,200})?/?>|&(?:nbsp|ensp|emsp|thinsp|zwnj|zwj);",
    re.IGNORECASE,
)
# Matches: "目　录". Does not match: "目录清单由市政府公布。"
_CONTENTS_HEAD = re.compile(
    r"[ \t\u3000]*[【\[]?[ \t\u3000]*目[ \t\u3000]*[录錄][ \t\u3000]*[】\]]?[ \t\u3000]*[:：]?[ \t\u3000]*"
)
# Matches: the " ...... 12" of an entry. Does not match: "到2020年".
_LEADER = re.compile(r"[\s.…·\u2500_-]*[((]?\d{0,4}[))]?\s*$")
# Matches: 某计划_某某网. Does not match: 某计划.
_PAGE_TITLE_CUT = re.compile(r"\s*[_|丨]\s*|\s+[-\u2500]+\s*|\s*[-\u2500]+\s+|--+|-(?=[^-]{2,16}$)")


@dataclass(slots=True)
class _Line:
    """One non-blank line: its span without outer white space, its folded text less pinyin, and its verdict."""

    start: int
    end: int
    folded: str
    reason: str | None = None
    certain: bool = False


def _make_line(text: str, start: int, end: int) -> _Line | None:
    printed = text[start:end]
    stripped = printed.strip()
    if not stripped:
        return None
    begin = start + printed.index(stripped)
    if "(" in stripped or "（" in stripped:
        pieces, last = [], 0
        for pin_start, pin_end in find_pinyin(stripped):
            pieces.append(stripped[last:pin_start])
            last = pin_end
        bare = "".join(pieces) + stripped[last:]
    else:
        bare = stripped
    return _Line(begin, begin + len(stripped), _INVISIBLE.sub("", fold(bare)).strip())


def _lines_down(text: str) -> Iterator[_Line]:
    start = 0
    while start < len(text):
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        line = _make_line(text, start, end)
        if line:
            yield line
        start = end + 1


def _lines_up(text: str) -> Iterator[_Line]:
    end = len(text)
    while end >= 0:
        start = text.rfind("\n", 0, end) + 1
        line = _make_line(text, start, end)
        if line:
            yield line
        end = start - 1


def _is_title(line: _Line) -> bool:
    return len(line.folded) <= 120 and website.is_title_like(line.folded) and line.folded[-1] not in "。;:,"


def _mark(line: _Line, reason: website.LineReason | None) -> None:
    if reason:
        line.reason, line.certain = reason


def _header(text: str) -> list[_Line]:
    """The lines from the top to the first one of the policy text, that one included."""
    lines: list[_Line] = []
    for line in _lines_down(text):
        if len(lines) >= _HEADER_LINES:
            break
        previous = lines[-1] if lines else None
        lines.append(line)
        if not line.folded:
            continue
        _mark(line, website.header_row(line.folded))
        if not line.certain:
            found = website.edge_reason(line.folded)
            if found and (found.certain or not line.reason):
                _mark(line, found)
        if line.certain:
            continue
        if previous and previous.reason and _is_value(text, previous, line):
            line.reason, line.certain = previous.reason, True
        elif not line.reason and website.is_policy_line(line.folded) and not _is_title(line):
            break
    return lines


def _is_value(text: str, label: _Line, line: _Line) -> bool:
    """Whether ``line`` is what the bare label above it announces."""
    if website.is_lead_in_label(label.folded):
        wanted = fold_for_comparison(line.folded)[:40]
        return len(wanted) >= 8 and wanted in fold_for_comparison(text[line.end : line.end + 4000])
    if not website.is_bare_label(label.folded) or website.is_policy_line(line.folded) or _is_title(line):
        return False
    return len(line.folded) <= 40


def _settle_header(lines: list[_Line]) -> None:
    for ordered in (lines, lines[::-1]):
        before: _Line | None = None
        for line in ordered:
            if line.reason and not line.certain and before and before.certain and before.reason != "page_number":
                line.certain = True
            before = line
    for line in lines:
        if not line.certain:
            line.reason = None
    _mark_repeated_titles(lines)
    body = next((i for i, line in enumerate(lines) if not line.reason and not website.is_site_name(line.folded)), None)
    for line in lines[:body] if body is not None else []:
        if not line.reason and website.is_site_name(line.folded):
            line.reason = "site_name"


def _mark_repeated_titles(lines: list[_Line]) -> None:
    """Mark a title above the website's lines that stands again below them."""
    for i, line in enumerate(lines):
        if line.reason or len(line.folded) < 4:
            continue
        heads = {fold_for_comparison(line.folded)}
        cut = _PAGE_TITLE_CUT.search(line.folded)
        if cut and cut.start() >= 6:
            heads.add(fold_for_comparison(line.folded[: cut.start()]))
        between_is_noise = False
        for later in lines[i + 1 :]:
            if later.reason:
                between_is_noise = True
            elif fold_for_comparison(later.folded) in heads:
                if between_is_noise or fold_for_comparison(line.folded) != fold_for_comparison(later.folded):
                    line.reason = "repeated_title"
                break
            elif website.is_policy_line(later.folded) and not _is_title(later):
                break


def _footer(text: str, header_end: int) -> list[_Line]:
    """The lines below the last one of the policy text, from the top down."""
    lines: list[_Line] = []
    for line in _lines_up(text):
        if len(lines) >= _FOOTER_LINES or line.start < header_end:
            break
        if line.folded:
            _mark(line, website.edge_reason(line.folded))
            if not line.reason and website.is_policy_line(line.folded):
                break
        lines.append(line)
    return lines[::-1]


def _settle_footer(lines: list[_Line]) -> None:
    boundary = [line.certain and line.reason not in ("page_number", "script", "lead_in") for line in lines]
    last = max((i for i, flag in enumerate(boundary) if flag), default=-1)
    seen = in_links = False
    for i, line in enumerate(lines):
        if line.certain:
            if line.reason == "lead_in" and not seen:
                line.reason, line.certain = None, False
                continue
            seen = seen or boundary[i]
            in_links = website.opens_links(line.folded)
        elif line.reason:
            below = next((other for other in lines[i + 1 :] if other.folded), None)
            joins = seen or (below is not None and below.certain and line.reason != "contact")
            if line.reason == "contact" and not seen:
                near = "".join(other.folded for other in lines[max(0, i - 3) : i + 1])
                joins = "联系人" not in near and last > i and all(other.reason for other in lines[i:last])
            line.certain = joins
            if not joins:
                line.reason = None
        elif seen and not website.is_signature(line.folded) and not website.is_policy_line(line.folded):
            short = len(line.folded) <= 30 and not website.is_title_like(line.folded)
            if in_links or (short and (i < last or len(line.folded) <= 12)):
                line.reason = "navigation"


def _mark_repeated(lines: list[_Line], repeated: frozenset[str]) -> None:
    for line in lines:
        if not line.reason and _may_repeat(line) and fold_for_comparison(line.folded) in repeated:
            line.reason = "repeated_line"


def _may_repeat(line: _Line) -> bool:
    """Whether a line that repeats from file to file may be taken for a website's."""
    folded = line.folded
    return 2 <= len(folded) <= 80 and not (
        website.is_policy_line(folded)
        or website.is_signature(folded)
        or website.is_title_like(folded)
        or folded == "目录"
    )


def _contents(text: str) -> list[tuple[int, int, str]]:
    """A table of contents: its head, and the entries under it that stand again as headings below."""
    for head in re.finditer(r"^[^\n]*目[ \t\u3000]*[录錄][^\n]*$", text[:20000], re.MULTILINE):
        if not _CONTENTS_HEAD.fullmatch(head.group()):
            continue
        entries: list[tuple[int, int]] = []
        keys: list[str] = []
        for line in _lines_down(text[head.end() :]):
            key = fold_for_comparison(_LEADER.sub("", line.folded) or line.folded)
            if (keys and key == keys[0]) or len(key) > 60 or not key or len(entries) > 400:
                break
            entries.append((head.end() + line.start, head.end() + line.end))
            keys.append(key)
        later = {
            fold_for_comparison(_LEADER.sub("", line.folded))
            for line in _lines_down(text[entries[-1][1] :] if entries else "")
            if len(line.folded) <= 80
        }
        # An entry that does not come again ends the table: the text has begun.
        count = next((i for i, key in enumerate(keys) if key not in later), len(keys))
        if count >= 2:
            stripped = _make_line(text, head.start(), head.end())
            spans = [(stripped.start, stripped.end)] if stripped else []
            return [(start, end, "contents_page") for start, end in spans + entries[:count]]
    return []


def _body(text: str) -> list[tuple[int, int, str]]:
    """Page numbers, and the running heads that stand beside them, anywhere in the text."""
    found = []
    for match in _BODY_LINE.finditer(text):
        line = _make_line(text, match.start(), match.end())
        reason = website.body_reason(line.folded) if line else None
        if line and reason:
            found.append((line.start, line.end, reason.reason))
    pages = [(start, end) for start, end, reason in found if reason == "page_number"]
    if len(pages) >= 3:
        beside = [line for start, end in pages for line in _neighbours(text, start, end)]
        counts = Counter(fold_for_comparison(line.folded) for line in beside)
        found += [
            (line.start, line.end, "running_head")
            for line in beside
            if counts[fold_for_comparison(line.folded)] >= 3 and len(line.folded) <= 60
        ]
    return found


def _neighbours(text: str, start: int, end: int) -> list[_Line]:
    """The non-blank lines directly above and below ``[start, end)``."""
    above = next(_lines_up(text[max(0, start - 300) : start]), None)
    below = next(_lines_down(text[end : end + 300]), None)
    lines = []
    for line, offset in ((above, max(0, start - 300)), (below, end)):
        if line:
            lines.append(_Line(line.start + offset, line.end + offset, line.folded))
    return lines


def _find_noise(text: str, repeated: frozenset[str]) -> list[tuple[int, int, str]]:
    """``(start, end, reason)`` of the noise in ``text``, in order and disjoint."""
    header = _header(text)
    _settle_header(header)
    footer = _footer(text, header[-1].end if header else 0)
    _settle_footer(footer)
    if repeated:
        _mark_repeated(header, repeated)
        _mark_repeated(footer, repeated)
    found = [(line.start, line.end, line.reason) for line in (*header, *footer) if line.reason]
    found += _body(text) + _contents(text)
    found += [(*match.span(), "invisible") for match in _INVISIBLE.finditer(text)]
    if "<" in text or "&" in text:
        found += [(*match.span(), "markup") for match in _MARKUP.finditer(text)]
    if "(" in text or "（" in text:
        found += [(start, end, "pinyin") for start, end in find_pinyin(text)]
    found.sort(key=lambda item: (item[0], -item[1]))
    disjoint: list[tuple[int, int, str]] = []
    for start, end, reason in found:
        if not disjoint or start >= disjoint[-1][1]:
            disjoint.append((start, end, reason))
    return disjoint


@dataclass(slots=True)
class _Piece:
    """A kept stretch of the raw text; ``text`` differs from the raw slice where it was repaired."""

    start: int
    end: int
    text: str
    is_repair: bool = False


def _start_pieces(raw: str, repairs: tuple[Repair, ...]) -> list[_Piece]:
    pieces, last = [], 0
    for repair in repairs:
        if repair.repaired is None:
            continue
        start, end = repair.span
        if start > last:
            pieces.append(_Piece(last, start, raw[last:start]))
        pieces.append(_Piece(start, end, repair.repaired, True))
        last = end
    if last < len(raw):
        pieces.append(_Piece(last, len(raw), raw[last:]))
    return pieces


def _cut(pieces: list[_Piece], spans: list[tuple[int, int, str]]) -> tuple[list[_Piece], list[tuple[int, int, str]]]:
    """The pieces less ``spans`` of their joined text, and the raw spans that were cut out."""
    kept: list[_Piece] = []
    removed: list[tuple[int, int, str]] = []
    at, queue = 0, 0
    for piece in pieces:
        end = at + len(piece.text)
        position = at
        while queue < len(spans) and spans[queue][0] < end:
            start, stop, reason = spans[queue]
            first, final = max(start, position), min(stop, end)
            if piece.is_repair:
                if start <= at and stop >= end:
                    removed.append((piece.start, piece.end, reason))
                    position = end
            elif first < final:
                if first > position:
                    kept.append(_slice(piece, position - at, first - at))
                removed.append((piece.start + first - at, piece.start + final - at, reason))
                position = final
            if stop > end:
                break
            queue += 1
        if position < end:
            kept.append(_slice(piece, position - at, end - at))
        at = end
    return kept, removed


def _slice(piece: _Piece, start: int, end: int) -> _Piece:
    if start == 0 and end == len(piece.text):
        return piece
    return _Piece(piece.start + start, piece.start + end, piece.text[start:end])


def _join(spans: list[tuple[int, int, str]], raw: str) -> tuple[Noise, ...]:
    """Noise records in order; neighbours of one reason, cut apart by pinyin inside a line, become one again."""
    joined: list[tuple[int, int, str]] = []
    for start, end, reason in sorted(spans):
        if joined and joined[-1][1] == start and joined[-1][2] == reason and "\n" not in raw[start - 1 : start + 1]:
            joined[-1] = (joined[-1][0], end, reason)
        else:
            joined.append((start, end, reason))
    return tuple(Noise((start, end), raw[start:end], reason) for start, end, reason in joined)


def clean_text(raw: str, repeated: frozenset[str] = frozenset()) -> CleanText:
    """Tell the text of the issuing body from what was added to it.

    Args:
        raw: The decoded file, or the text extracted from it.
        repeated: Lines that ``find_repeated_lines`` found in the folder of the file.

    Returns:
        The clean text with its way back. White space stays as it is and is no noise. Cleaning
        ``result.text`` again changes nothing.
    """
    repairs = find_repairs(raw)
    pieces = _start_pieces(raw, repairs)
    removed: list[tuple[int, int, str]] = []
    text = "".join(piece.text for piece in pieces)
    for _ in range(_PASSES):
        # What is cut may uncover more: a footer's next line, or a bracket now beside its character.
        spans = _find_noise(text, repeated)
        if not spans:
            break
        pieces, cut = _cut(pieces, spans)
        removed += cut
        text = "".join(piece.text for piece in pieces)
        if not cut:
            break
    segments, at = [], 0
    for piece in pieces:
        segments.append((at, piece.start, piece.end))
        at += len(piece.text)
    starts = [piece.start for piece in pieces]
    noise = _join(removed, raw)
    kept = tuple(repair for repair in repairs if _survives(repair.span, starts, pieces))
    return CleanText(raw, text, tuple(segments), noise, kept)


def _survives(span: Span, starts: list[int], pieces: list[_Piece]) -> bool:
    """Whether a repair's stretch is still in the clean text and did not go with a line of noise."""
    index = bisect_right(starts, span[0]) - 1
    return index >= 0 and pieces[index].end >= span[1]


def find_repeated_lines(texts: Iterable[str], *, files: int = 3) -> frozenset[str]:
    """Lines above or below the policy text that repeat from file to file, as a website's do.

    Args:
        texts: The raw texts of a folder; read one after the other and not kept.
        files: In how many of them a line has to stand.

    Returns:
        The lines in the form of ``fold_for_comparison``, for ``clean_text``. Bodies' names, dates,
        titles, addressees, sentences and numbered lines are never among them.
    """
    counts: Counter[str] = Counter()
    for text in texts:
        header = _header(text)
        lines = [*header, *_footer(text, header[-1].end if header else 0)]
        counts.update({fold_for_comparison(line.folded) for line in lines if _may_repeat(line)})
    return frozenset(line for line, count in counts.items() if count >= files and line)
