"""What a document says about itself: titles, issuer, number, dates, region, and what its preamble cites.

Each value comes from the best place that prints it: the text's own frame (titles, number, signature, adoption line)
before the table and the lines that a website prints beside it. A value that no place gives stays ``None``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date

from corpus.citations import CitationMention, find_citations
from corpus.dates import find_dates
from corpus.document_numbers import find_joint_number, find_leading_number, find_number_by_year, find_numbers
from corpus.document_region import find_document_region
from corpus.folding import detect_script, fold, fold_for_comparison
from corpus.frame import BODY_MARKER, Frame, FrameLine
from corpus.frame_lines import FrameRole, is_date_line, is_title_like
from corpus.issuers import (
    complete_name,
    is_placeless,
    read_adopting_body,
    read_title_head,
    split_bodies,
)
from corpus.metadata_table import TableField, TableValue, read_table
from corpus.model import CleanText, Metadata, Noise, Region, Span
from corpus.signatures import find_signature, without_date
from corpus.website import is_site_name

_PREAMBLE_LENGTH = 3000
# So many characters tell the script beyond doubt.
_SCRIPT_SAMPLE = 1000

# Matches the number that a title ends with: (温政办〔2014〕98号). Does not match (试行), (2011-2020年).
_TITLE_NUMBER = re.compile(
    r"(?<!\s)\s*[(〔\[【]\s*([^()]{1,16}[〔\[(【]\s*\d{4}\s*[〕\])】]\s*第?\s*\d+\s*号)\s*[)〕\]】]\s*$"
)
# Matches 自2019年1月1日起施行, in either script. Does not match 自公布之日起施行, 自2010年1月1日起停止使用.
_NUMERALS = r"[\d〇零○一二三四五六七八九十]"
_IN_FORCE = re.compile(
    rf"自\s{{0,4}}({_NUMERALS}{{4}}\s{{0,4}}年\s{{0,4}}{_NUMERALS}{{1,3}}\s{{0,4}}月\s{{0,4}}{_NUMERALS}{{1,3}}\s{{0,4}}日)"
    r"\s{0,4}(?:起\s{0,4})?(?:正式)?(?:施行|[实實]施|[执執]行|生效|[试試]行)"
)
# What comes before it where an announcement speaks of the text that it makes known. Matches 现予公布,.
# Does not match 公布的目录,.
_MADE_KNOWN = re.compile(r"予以?(?:公布|发布|颁布),?并?$")
# What comes before it where the text speaks of itself. Matches 本办法, 本法由大会通过,. Does not match 《旧法》.
_ITSELF = re.compile(r"本[^本。;\n]{1,45}$")
# Matches the label that a site sets before a title: 【规范性文件】. Does not match 【2014】12号.
_SITE_LABEL = re.compile(r"^【[\u3400-\u9fff]{2,10}】\s*(?=\S)")
# Matches (国发〔2012〕9号 2012年2月6日) under a title. Does not match (此件公开发布).
_BRACKETED_LINE = re.compile(r"\(.{6,60}\)")
# Matches 某省人民政府令 and 第82号 on the line below it, between a title and its text. Does not match 现公布第82号令.
_ORDER_BELOW = re.compile(
    r"[\u3400-\u9fff]{4,40}(?:令|公告|通告)\s*\n\s*第\s?[\d〇零一二三四五六七八九十百]{1,7}\s?[号號](?=\s)"
)
# Matches 浙江省人民政府办公厅文件, a letterhead. Does not match 质量工作文件.
_LETTERHEAD = re.compile(r"(.{4,40}[府厅室会局院])文件")
# Matches 通    知 alone on its line. Does not match 省政府 省军区.
_SET_WIDE = re.compile(r"^[ \t\u3000]*[\u3400-\u9fff](?:[ \t\u3000]+[\u3400-\u9fff])+[ \t\u3000]*$", re.MULTILINE)
# Matches 关于印发…的通知. Does not match 质量强市建设行动计划.
_NOTICE = re.compile(r"(?:印发|转发|批转|发布|公布|下发|颁布).*(?:通知|公告|决定|令|通报|函)(?:\s*[(〔].*)?$")


@dataclass
class _Found:
    """Values so far, and the raw span of the line that gave each; the first place that gives one keeps it."""

    values: dict[str, object] = field(default_factory=dict)
    spans: dict[str, Span] = field(default_factory=dict)

    def put(self, name: str, value: object, span: Span) -> None:
        if value and name not in self.values:
            self.values[name] = value
            self.spans[name] = span

    def text(self, name: str) -> str | None:
        value = self.values.get(name)
        return value if isinstance(value, str) else None

    def day(self, name: str) -> date | None:
        value = self.values.get(name)
        return value if isinstance(value, date) else None


def extract_metadata(clean: CleanText, frame: Frame) -> Metadata:
    """Read a document's metadata.

    Args:
        clean: The cleaned text; values that a website prints in what is noise are read too.
        frame: The pieces before the body, in clean offsets.

    Returns:
        Metadata with raw spans; never raises on text.
    """
    found = _Found()
    # Of pinyin there may be thousands, and it says nothing of the document.
    lines = [noise for noise in clean.noise if noise.reason != "pinyin"]
    table = read_table(clean.raw, _table_areas(clean, frame, lines))
    _read_titles(found, clean, frame, table, lines)
    _read_number(found, clean, frame, table, lines)
    signature = find_signature(clean, frame.body_start)
    _read_issuer(found, clean, frame, table, signature[0])
    _read_dates(found, clean, frame, table, signature[1])
    for name in ("index_number", "status"):
        if value := table.get(name):
            found.put(name, value.text, value.span)
    citations = _read_references(found, clean, frame)
    region = _read_region(found, clean, frame, citations)
    return Metadata(
        title=found.text("title"),
        notice_title=found.text("notice_title"),
        issuer=found.text("issuer"),
        number=found.text("number"),
        issued_on=found.day("issued_on"),
        published_on=found.day("published_on"),
        effective_on=found.day("effective_on"),
        index_number=found.text("index_number"),
        status=found.text("status"),
        region=region,
        script=detect_script(clean.text[:_SCRIPT_SAMPLE]),
        references=tuple(dict.fromkeys(mention.cited for mention in citations)),
        field_spans=found.spans,
    )


def _table_areas(clean: CleanText, frame: Frame, lines: Iterable[Noise]) -> list[Span]:
    """Raw spans where a website's labels may stand: above the body, and in noise below it."""
    body = clean.raw_span(frame.body_start, frame.body_start + 1)[0] if frame.body_start < len(clean.text) else 0
    areas = [(0, body)] if body else []
    return areas + [noise.span for noise in lines if noise.span[0] >= body]


def _piece(clean: CleanText, line: FrameLine) -> tuple[str, Span]:
    return clean.text[line.start : line.end], clean.raw_span(line.start, line.end)


def _pieces(clean: CleanText, frame: Frame, *roles: FrameRole) -> Iterator[tuple[str, Span]]:
    for line in frame.lines:
        if line.role in roles:
            yield _piece(clean, line)


def _one_line(text: str) -> str:
    """A title as one line: a break between characters falls away, one between Latin words is a blank.

    The blanks of a line that is set wide (通    知) fall away too.
    """
    text = _SET_WIDE.sub(lambda line: "".join(line[0].split()), text)
    return re.sub(
        r"(?<=[A-Za-z0-9])\s+(?=[A-Za-z])|(?<!\s)\s*[\r\n]\s*",
        lambda m: " " if m[0].isspace() and m[0][0] == " " else "",
        text,
    ).strip()


def _bare_title(text: str) -> str:
    """A title without its number, which stands before it or in brackets after it, and without a site's label."""
    title = _SITE_LABEL.sub("", _one_line(text))
    match = _TITLE_NUMBER.search(fold(title))
    if match:
        return title[: match.start()].rstrip()
    number = find_leading_number(title)
    return title[number.end :].lstrip() if number else title


def _read_titles(
    found: _Found, clean: CleanText, frame: Frame, table: dict[TableField, TableValue], lines: Iterable[Noise]
) -> None:
    for name in ("title", "notice_title"):
        for text, span in _pieces(clean, frame, name):
            title = _bare_title(text)
            if "title" in table and not is_title_like(fold(title)) and is_title_like(fold(table["title"].text)):
                continue  # a line of the page that stands where a title would
            if name == "title" or fold_for_comparison(title) != fold_for_comparison(found.text("title") or ""):
                found.put(name, title, span)
    candidates = [(value.text, value.span) for value in (table.get("title"),) if value]
    for noise in lines:
        if noise.reason in {"repeated_title", "metadata_table", "site_name"}:
            for match in re.finditer(r"[^\r\n]+", noise.text):
                line = match.group().strip()
                if is_title_like(fold(line)):
                    start = noise.span[0] + noise.text.index(line, match.start())
                    candidates.append((line, (start, start + len(line))))
    own = fold_for_comparison(found.text("title") or "")
    for text, span in candidates:
        title = _bare_title(text)
        compared = fold_for_comparison(title)
        if not own:
            found.put("title", title, span)
            own = compared
        elif compared != own and _NOTICE.search(fold(title)):
            found.put("notice_title", title, span)


def _read_number(
    found: _Found, clean: CleanText, frame: Frame, table: dict[TableField, TableValue], lines: Iterable[Noise]
) -> None:
    above = ""
    for line in frame.lines:
        text, span = _piece(clean, line)
        folded = fold(text)
        if line.role == "number":
            numbers = find_numbers(text)
            if joint := find_joint_number(text):
                found.put("number", joint, span)
            elif numbers:
                found.put("number", numbers[0].number, span)
            elif year_first := find_number_by_year(text):
                found.put("number", year_first, span)
            elif re.search(r"(?:令|公告|通告|纪要)$", above):
                # 第312号 alone under 浙江省人民政府令, 第七十一号 under 中华人民共和国主席令.
                found.put("number", "".join((above + text).split()), span)
        elif line.role in ("notice_title", "title"):
            if match := _TITLE_NUMBER.search(folded):
                found.put("number", "".join(text[slice(*match.span(1))].split()), span)
            elif leading := find_leading_number(text):
                found.put("number", leading.number, span)
        elif line.role == "adoption" or (line.role == "other" and _BRACKETED_LINE.fullmatch(folded)):
            for mention in find_numbers(text)[:1]:
                found.put("number", mention.number, span)
        above = "".join(text.split())
    if "number" not in found.values and (order := _ORDER_BELOW.match(clean.text, frame.body_start)):
        found.put("number", "".join(order[0].split()), clean.raw_span(*order.span()))
    for value in (table.get("number"), table.get("title")):
        if value is None or "number" in found.values:
            continue
        if numbers := find_numbers(value.text):
            found.put("number", numbers[0].number, value.span)
    for noise in lines:
        if not ("号" in noise.text or "號" in noise.text):
            continue
        for match in re.finditer(r"[^\r\n]+", noise.text):
            line_text = match.group()
            if not is_title_like(fold(line_text.strip())):
                continue
            start = noise.span[0] + match.start()
            span = (start, start + len(line_text.rstrip()))
            if inner := _TITLE_NUMBER.search(fold(line_text)):
                found.put("number", "".join(line_text[slice(*inner.span(1))].split()), span)
            elif leading := find_leading_number(line_text):
                found.put("number", leading.number, span)


def _read_issuer(
    found: _Found,
    clean: CleanText,
    frame: Frame,
    table: dict[TableField, TableValue],
    signing: list[tuple[str, Span]],
) -> None:
    candidates: list[tuple[tuple[str, ...], Span]] = []
    signers = [(split_bodies(text), span) for text, span in _pieces(clean, frame, "signer")]
    if not any(bodies for bodies, _ in signers):
        signers = [(split_bodies(without_date(text)), span) for text, span in _pieces(clean, frame, "signer")]
    signers += [(split_bodies(text), span) for text, span in signing] if not any(b for b, _ in signers) else []
    signers = [(bodies, span) for bodies, span in signers if bodies]
    if signers:
        names = tuple(dict.fromkeys(name for bodies, _ in signers for name in bodies))
        candidates.append((names, (signers[0][1][0], signers[-1][1][1])))
    for name in ("notice_title", "title"):
        title = found.text(name)
        if title and (head := read_title_head(title)):
            candidates.append((head, found.spans[name]))
    for text, span in _pieces(clean, frame, "adoption"):
        if body := read_adopting_body(text):
            candidates.append(((body,), span))
    # The office that puts a text up says who issued it only where nothing else does.
    if (value := table.get("issuer") or table.get("keeper")) and not is_site_name(fold(value.text)):
        bodies = split_bodies(value.text)
        candidates.append((bodies or (value.text,), value.span))
    if (number := found.text("number")) and (order := re.match(r"(.{2,40}?)令第?", number)):
        candidates.append((split_bodies(order[1]), found.spans["number"]))
    for text, span in _pieces(clean, frame, "other"):
        if letterhead := _LETTERHEAD.fullmatch(fold(text)):
            candidates.append((split_bodies(text[: letterhead.end(1)]), span))
    candidates = [(bodies, span) for bodies, span in candidates if bodies]
    if not candidates:
        return
    bodies, span = candidates[0]
    # A fuller print of the same names elsewhere gives the whole name: 西藏自治区人民政府办公厅 in the notice's title.
    for others, other_span in candidates[1:] if any(is_placeless(body) for body in bodies) else ():
        pairs = list(zip(others, bodies, strict=False))
        if len(others) == len(bodies) and all(fold(whole).endswith(fold(body)) for whole, body in pairs):
            bodies, span = max((bodies, span), (others, other_span), key=lambda pair: len("".join(pair[0])))
    if any(is_placeless(body) for body in bodies):
        bodies = tuple(complete_name(body, clean.raw) if is_placeless(body) else body for body in bodies)
    found.put("issuer", "、".join(bodies), span)


def _read_dates(
    found: _Found,
    clean: CleanText,
    frame: Frame,
    table: dict[TableField, TableValue],
    signed: tuple[date, Span] | None,
) -> None:
    for text, span in _pieces(clean, frame, "date", "adoption", "number"):
        folded = fold(text)
        if signed and not (folded.startswith("(") or is_date_line(folded)):
            continue  # an adoption line without brackets says less than a signature
        if dates := find_dates(folded):
            found.put("issued_on", dates[0].value, span)
    for text, span in _pieces(clean, frame, "signer", "other"):
        folded = fold(text)
        dates = find_dates(folded)
        if dates and (split_bodies(text[: dates[-1].start]) or _BRACKETED_LINE.fullmatch(folded)):
            found.put("issued_on", dates[-1].value, span)
    if signed:
        found.put("issued_on", *signed)
    for name, sources in (
        ("issued_on", ("issued_on",)),
        ("published_on", ("published_on", "site_time")),
        ("effective_on", ("effective_on",)),
    ):
        for source in sources:
            value = table.get(source)  # type: ignore[call-overload]
            if value and (dates := find_dates(fold(value.text))):
                found.put(name, dates[0].value, value.span)
    if effective := _effective_date(clean, frame):
        found.put("effective_on", *effective)


def _effective_date(clean: CleanText, frame: Frame) -> tuple[date, Span] | None:
    """The day from which the text says it is in force: its first such sentence about itself, else its frame's."""
    text = clean.text
    fallback: tuple[date, Span] | None = None
    for match in _IN_FORCE.finditer(text):
        days = find_dates(fold(match[1]))
        if len(days) != 1 or days[0].start > 0 or days[0].end < len(match[1].rstrip()):
            continue
        start = max(text.rfind(mark, max(0, match.start() - 300), match.start()) for mark in "\n。;；") + 1
        start = max(start, match.start() - 300)
        stops = [at for at in (text.find("\n", match.end()), text.find("。", match.end()) + 1) if at > 0]
        before = text[start : match.start()]
        start += len(before) - len(before.lstrip())
        value = days[0].value, clean.raw_span(start, min(stops, default=len(text)))
        before = fold(before).rstrip()
        if _ITSELF.search(before) and not before.endswith("》"):
            return value
        if (match.start() < frame.body_start and not before.endswith("》")) or _MADE_KNOWN.search(before):
            fallback = fallback or value
    return fallback


def _preamble_end(clean: CleanText, frame: Frame) -> int:
    stop = min(len(clean.text), frame.body_start + _PREAMBLE_LENGTH)
    for match in re.finditer(r"^[^\S\n]*(\S[^\n]*)$", clean.text[frame.body_start : stop], re.MULTILINE):
        if BODY_MARKER.match(fold(match[1])):
            return frame.body_start + match.start(1)
    return stop


def _read_references(found: _Found, clean: CleanText, frame: Frame) -> list[CitationMention]:
    """What the paragraphs between the title and the first numbered unit cite."""
    start, end = frame.body_start, _preamble_end(clean, frame)
    own = {fold_for_comparison(title) for title in (found.text("title"), found.text("notice_title")) if title}
    mentions = [
        m
        for m in find_citations(clean.text[start:end])
        if not m.cited.title or fold_for_comparison(m.cited.title) not in own
    ]
    if mentions:
        first, last = start + mentions[0].start, start + mentions[-1].end
        found.spans["references"] = clean.raw_span(first, last)
    return mentions


def _read_region(found: _Found, clean: CleanText, frame: Frame, citations: list[CitationMention]) -> Region | None:
    titles = {name: title for name in ("notice_title", "title") if (title := found.text(name))}
    evidence = find_document_region(
        issuer=found.text("issuer"),
        titles=titles,
        number=found.text("number"),
        text=clean.text,
        frame_end=frame.body_start,
        cited_numbers=[m.cited.number for m in citations if m.cited.number],
    )
    if evidence is None:
        # What a news page tells above the text may say whose text it is.
        for noise in clean.noise:
            if noise.reason == "lead_in" and (
                told := find_document_region(
                    issuer=None, titles={"lead": noise.text}, number=None, text=noise.text, frame_end=0
                )
            ):
                found.spans["region"] = noise.span
                return told.region
        return None
    if isinstance(evidence.source, str):
        found.spans["region"] = found.spans[evidence.source]
    else:
        found.spans["region"] = clean.raw_span(*evidence.source)
    return evidence.region
