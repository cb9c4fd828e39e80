"""The printed lines of a text, and which of them are one line that a page's width or an editor broke."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from functools import cached_property
from itertools import pairwise

from corpus.model import Span
from corpus.run_on import split_answers, split_articles, split_chapters, split_decimals, split_title

NUMERAL = "零〇一二三四五六七八九十百千两"
ONE_CHARACTER = "①-⑳❶-❿⑴-⒛㈠-㈩"  # numbers that are one character, for a set of a pattern

# The head of a block that a plan numbers by a word. Matches: 任务1:建设示范工厂 / 重点任务(一) / 行动二 消费提振.
# Does not match: 任务1至任务4由各部门牵头.
BLOCK_HEAD = (
    # The number first: most lines have none so near their beginning.
    rf"(?=[\u4e00-\u9fff]{{1,7}}?\s?[0-9({NUMERAL}])"
    r"(?P<word>[\u4e00-\u9fff]{0,4}?(?:任务|行动|工程|措施|举措|项目|计划|专项|政策|要求|目标|步骤|环节|路径|抓手|场景|方向"
    r"|板块|专题|案例|问题|事项|要点|重点|机制)|问)\s?"
    rf"(?P<n>[0-9]{{1,2}}|[{NUMERAL}]{{1,3}}|\((?:[0-9]{{1,2}}|[{NUMERAL}]{{1,3}})\))"
    rf"(?:\s*:|[、.](?!(?P=word)|[{NUMERAL}\d])|\s+(?=[\u4e00-\u9fff“《])|$)"
)
# Matches: 第二阶段:集中整治 / 第一步:网上申请. Does not match: 第一阶段的工作
STAGE_HEAD = rf"第(?P<n>[{NUMERAL}]{{1,2}})(?P<word>阶段|步)(?=\s*[:(]|\s+[\u4e00-\u9fff]|$)"
# Matches: 一、加强领导 / 第一章 总则 / (一)质量目标 / 1.加强监管. Does not match: 2014年质量工作要点.
BODY_MARKER = re.compile(
    rf"(?:第\s?(?:[{NUMERAL}\d]+|[ivxⅰ-ⅻ]{{1,5}}(?=[编章部]))(?:-\d{{1,2}})?\s?(?:编|分编|篇|章|节|条|部分|分?部(?=\s|$))(?![{NUMERAL}\d、和至到或及与款项的]|规定|所称|所列)"
    rf"|拾?[壹贰叁参肆伍陆柒捌玖拾]、|[ⅰ-ⅻ]\s?[.、](?!\s?[ⅰ-ⅻ])|[甲乙丙丁戊己庚辛壬癸]、(?![甲乙丙丁])|[{NUMERAL}]{{1,4}}[、.,](?![{NUMERAL}][、级类线产])|\([{NUMERAL}]{{1,3}}\)|\d{{1,2}}[.、](?!\d(?!\d?月\d|\d{{3}}年))|\(\d{{1,2}}\)|[⑴-⒛㈠-㈩]"
    # 1 总则 / 1.1 编制目的 / 1总则 / 1.1编制目的 alone, but not 1.5 万辆 / 3 个工作日内 / 1.5万辆
    r"|\d{1,2}[ \t]+[\u4e00-\u9fff]{2,20}$|\d{1,2}(?:\.\d{1,2}){1,3}(?:[ \t]+(?![万亿元米吨个])[\u4e00-\u9fff]|“)"
    r"|\d{1,2}(?:\.\d{1,2}){2,3}[\u4e00-\u9fff]|[a-h](?:\.\d{1,2}){1,3}[ \t]*[\u4e00-\u9fff]"
    r"|1(?:\.1)?(?![万亿元米吨个名家项年月日号时分人次天周])[\u4e00-\u9fff]{2,10}$"
    rf"|{BLOCK_HEAD}|第[{NUMERAL}]{{1,2}}(?:阶段|步)\s*[:(])"
)
# What opens a paragraph besides a number. Matches: 二是开展交叉式检查 / ——坚持生态优先. Does not match: 二十个项目.
_OPENS_PARAGRAPH = re.compile(
    rf"[{NUMERAL}]{{1,3}}[是要]|其[一二三四五六七八九十][,是]|首先|其次|再次|最后|[问答]\s?:|[-\u2014\u2013*●•·◆■▪□★☆※>#|│┌├└{ONE_CHARACTER}]|\(?[a-z]\)\s*[\u4e00-\u9fff]|注\s*\d*\s*:|附\s*[件录表]"
)
# Cells that wide blanks part. Matches: 市水利局    2023年底. Does not match: 第一条   为了加强管理
_COLUMNS = re.compile(r"(?!第.{1,6}[编章节条]\s)\S.*?[ \t]{3,}\S")
_LINE = re.compile(r"[^\s](?:[^\r\n\u2028\u2029\x0b\x0c\x85]*[^\s])?")
# A line that ends so goes on: in the middle of a list, or behind an opening mark.
_GOES_ON = frozenset(",、“‘《〈(〔[【")
_ENDS = frozenset("。;:!?.…)〕]】”’》〉|")
# No line begins with one of these: it goes on with the one above it.
_NEVER_FIRST = frozenset(",。;:、)〕】》%.")
# What a page sets in a font of its own, alone on a line. Matches: 2021 / 70% / 0:00 / 5g. Does not match: 1.
_INSERTED = re.compile(r"[0-9a-z](?:[0-9a-z.,:%~/+-]{0,18}[0-9a-z%])?|[(〔]")
# What counts and dates go on with. Matches: 年 behind 2021. Does not match: 加快建设
_MEASURE = frozenset("年月日号个万亿")
# A line whose last character asks for more. Matches: 力争到. Does not match: 实施背景
_ASKS_FOR_MORE = frozenset("到至为在于约达共从自第近超每过不的与和及或比")
# How no sentence ends, though a heading may (规范行政行为). Matches: 按照实际支出的. Does not match: 给予补助
_MID_SENTENCE = frozenset("的为对将把被在和与及或于由按从至到")
# A number and the first word of what is no heading. Matches: (2)对于首次参与的用户. Does not match: (2)用户参与条件
_OPENS_SENTENCE = re.compile(r"[^\u4e00-\u9fff]*[一二三四五六七八九十]{0,3}[)、.]?(?:对于?|根据|按照|依照|凡|自|从|经)")
_FEWEST_TORN = 3  # numbers alone on a line whose words go on below
# What heads the lines below it. Matches: 工作职责:. Does not match: 材料:
_LABEL = re.compile(
    r"[\u4e00-\u9fff]{2,6}(?:单位|部门|职责|任务|时限|内容|要求|目标|措施|成员|方式|时间|地点|标准|条件|程序|范围|对象):"
)
_INNER_STOP = re.compile("[。;]")
_PROSE = re.compile("[,。;]")
# A heading that a scraper ran into its text. Matches: 一、活动主题. Does not match: 一、活动主题,自下月起
_NUMBERED_HEADING = re.compile(rf"(?:[{NUMERAL}]{{1,3}}、|\([{NUMERAL}]{{1,3}}\)|\d{{1,2}}[.、])[^\s。;:,、]{{2,20}}")
# The mark before the title of an attachment that a notice lists. Matches: the 附件:1. of 附件:1.任务分工表.
# Does not match: 附件所列单位
_LISTED = re.compile(r"^附\s?件\s?:\s?(?:1[.、])?")
_GAP = re.compile(r"(?<=\S)[ \t]+(?=\S)")
_PARAGRAPH = "\u3000\u3000"  # the indent of a paragraph
# Matches: 第三十二条 / 第一章. Does not match: 二、加大惩治力度
_NUMBER_ALONE = re.compile(r"第.{1,6}[编章节条]|.{1,2}")
_FEW_LINES = 3
_SCRAPED_LINE = 120  # characters
_LONGEST_TITLE = 80
_LONG_LINE = 48  # columns; a heading is rarely as wide
_NARROWEST_WRAP = 30  # columns
_USUAL = 0.25  # of all lines
_FEWEST_WRAPPED = 3  # lines that show a page's width by themselves
_MANY_WRAPPED = 15
_FEWEST_INDENTS = 3
_BLANKS = frozenset(" \t\u3000\xa0")
_PARAGRAPH_INDENT = 4  # columns
_HANGING_STOP = 2  # columns that a stop may stand outside the page's width
_MOSTLY = 0.75
_NEARLY_ALL = 0.9
_RAGGED = 5  # columns that a wrapped line may fall short of the page's width


def opens_line(text: str, at: int) -> bool:
    """Whether nothing but blanks stands before ``at`` in its line."""
    return not text[text.rfind("\n", 0, at) + 1 : at].strip()


def split_lines(text: str) -> list[Span]:
    """Offsets of the lines of ``text`` that are not blank, each without the white space around it."""
    return [m.span() for m in _LINE.finditer(text)]


def printed_line(text: str, span: Span) -> str:
    """The words of a line without the breaks inside it."""
    line = text[span[0] : span[1]]
    return re.sub(r"(?<!\s)\s*[\r\n]\s*", "", line) if "\n" in line or "\r" in line else line


def join_wrapped_lines(text: str, folded: str, stands_alone: Callable[[str], bool]) -> list[Span]:
    """Offsets of the lines of a text, where lines that belong to one paragraph count as one.

    A line goes on with the next one if it ends in a comma, if it fills the width that the text is wrapped at,
    or if it is long and stops in mid-sentence. A line that opens with a number or a dash starts anew.

    Args:
        text: The clean text.
        folded: The same, folded.
        stands_alone: Whether a folded line is a piece by itself (a title, a signature, a date).
    """
    lines = split_lines(text)
    lines = [piece for line in lines[:_FEW_LINES] for piece in split_title(folded, line)] + lines[_FEW_LINES:]
    if len(lines) <= _FEW_LINES + 2:
        lines = [piece for line in lines for piece in _split_at_gaps(text, folded, line, stands_alone)]
        lines = [piece for line in lines for piece in split_articles(folded, line)]
    if "章" in folded:
        lines = split_chapters(folded, lines)
    lines = split_decimals(folded, lines)
    if "答:" in folded:
        lines = [piece for line in lines for piece in split_answers(folded, line)]
    page = _Page(text, folded, lines)
    joined: list[Span] = []
    tail = (0, 0)  # the last printed line of the line that grows
    for line in lines:
        has_ended = not joined or (
            folded[tail[1] - 1] in _ENDS and not page.has_indents and not page.goes_on_behind_stops
        )
        torn = (
            _is_torn_off(text, folded, joined[-1], tail, line, page, stands_alone)
            if joined and (folded[line[0]] in _NEVER_FIRST or page.is_torn)
            else None
        )
        if torn is not None:
            has_ended = not torn
        elif not has_ended:
            has_ended = not _goes_on(text, folded, tail, line, joined[-1][0] == tail[0], page, stands_alone)
        if not has_ended:
            joined[-1] = (joined[-1][0], line[1])
        else:
            joined.append(line)
        tail = line
    return joined


def _split_at_gaps(text: str, folded: str, line: Span, stands_alone: Callable[[str], bool]) -> list[Span]:
    """The pieces of a long line whose breaks a scraper turned into blanks: behind a stop, and behind a title."""
    if line[1] - line[0] < _SCRAPED_LINE:
        return [line]
    pieces: list[Span] = []
    start = line[0]
    for gap in _GAP.finditer(folded, *line):
        at = gap.start()
        if (
            folded[at - 1] in "。;:"
            or (_PARAGRAPH in text[at : gap.end()] and not _NUMBER_ALONE.fullmatch(folded, start, at))
            or _NUMBERED_HEADING.fullmatch(folded, start, at)
            or (at - start <= _LONGEST_TITLE and stands_alone(_LISTED.sub("", folded[start:at], count=1)))
        ):
            pieces.append((start, at))
            start = gap.end()
    return [*pieces, (start, line[1])]


class _Page:
    """How wide the lines of a text are, in columns (two for a Chinese character).

    Each of it is measured when it is first asked for, as most texts end their lines in stops.
    """

    def __init__(self, text: str, folded: str, lines: Sequence[Span]) -> None:
        self._text, self._folded, self._lines = text, folded, lines
        self._widest, self._unmeasured = 0, iter(lines)

    def has_wider(self, width: int) -> bool:
        """Whether a line is wider than ``width``; the first lines of a text mostly tell."""
        while self._widest <= width and (line := next(self._unmeasured, None)) is not None:
            self._widest = max(self._widest, _width(self._text, line))
        return self._widest > width

    def is_full(self, line: Span) -> bool:
        """Whether a line is as wide as those of a wrapped text."""
        return self.wrapped_at is not None and _width(self._text, line) >= self.wrapped_at - _RAGGED

    @cached_property
    def _gaps(self) -> Counter[int]:
        """How many lines so many line breaks part from the next."""
        return Counter(self._text.count("\n", line[1], after[0]) for line, after in pairwise(self._lines))

    @cached_property
    def gap(self) -> int:
        """The most line breaks that usually part two lines."""
        return max((size for size, count in self._gaps.items() if count >= _USUAL * len(self._lines)), default=1)

    @cached_property
    def step(self) -> int:
        """The line breaks from one line to the next: two where a converter left a blank line between nearly all."""
        count = self._gaps.total()
        return 2 if self._gaps[2] >= _NEARLY_ALL * count and count >= _MANY_WRAPPED else 1

    @cached_property
    def is_clear(self) -> bool:
        """Whether so many lines of a text without indents are full that one cut in mid-sentence goes on."""
        return len(self._full) >= max(_MANY_WRAPPED, 0.4 * len(self._lines))

    @cached_property
    def _full(self) -> list[Span]:
        return [] if self.has_indents else [line for line in self._lines if self.is_full(line)]

    @cached_property
    def goes_on_behind_stops(self) -> bool:
        """Whether a full line that ends in a stop more likely goes on than ends its paragraph.

        How many paragraphs go on with a sentence there follows from how many stops stand inside lines, how many end
        there from how many lines end short, with no number below.
        """
        if not self.is_clear or self.wrapped_at is None:
            return False
        folded, full = self._folded, set(self._full)
        stops = sum(folded.count("。", line[0], line[1] - 1) for line in self._lines)
        going_on = len(full) * stops / sum(end - start for start, end in self._lines)
        short = sum(
            line not in full and folded[line[1] - 1] in _ENDS and not BODY_MARKER.match(folded, *after)
            for line, after in pairwise(self._lines)
        )
        return going_on > short * _RAGGED / self.wrapped_at

    @cached_property
    def wrapped_at(self) -> int | None:
        """The width that the text is wrapped at, if it is."""
        if self.is_torn:
            return None
        text, folded, lines = self._text, self._folded, self._lines
        broken_off = [(line, after) for line, after in pairwise(lines) if folded[line[1] - 1] not in _ENDS]
        cut = [
            width
            for line, after in broken_off
            if (width := _width(text, line)) >= _NARROWEST_WRAP and _is_next_line(text, line, after, self.step)
        ]
        if len(cut) < _FEWEST_WRAPPED:
            return self._hanging_width
        column = sorted(cut)[len(cut) // 2]
        near = sum(abs(width - column) < _RAGGED for width in cut)
        if near < 0.6 * len(cut) or near < _FEWEST_WRAPPED:
            return self._hanging_width
        wider = sum(_width(text, line) >= column + _RAGGED for line in lines)
        # Where pages meet, the last line of one and the first of the next may stand on one line.
        is_clear = len(cut) >= _MANY_WRAPPED and near >= _MOSTLY * len(cut)
        return column if wider <= (0.1 if is_clear else 0.05) * len(lines) else self._hanging_width

    @cached_property
    def _hanging_width(self) -> int | None:
        """The width that a text is wrapped at which indents its paragraphs and has too few lines to show it otherwise.

        Each line that is not indented then follows one that is as wide as the page.
        """
        text, folded, lines = self._text, self._folded, self._lines
        flush = [start == 0 or text[start - 1] not in _BLANKS for start, _ in lines]
        if len(lines) - sum(flush) < _FEWEST_INDENTS:
            return None
        full = [
            _indent(text, line) + _width(text, line)
            for (line, after), is_flush in zip(pairwise(lines), flush[1:], strict=True)
            if is_flush and _is_next_line(text, line, after) and not BODY_MARKER.match(folded, *after)
        ]
        widest = max(full, default=0)
        if widest < _NARROWEST_WRAP or sum(width > widest - _RAGGED for width in full) < _MOSTLY * len(full):
            return None
        return None if self.has_wider(widest + _HANGING_STOP) else widest - _PARAGRAPH_INDENT

    @cached_property
    def is_torn(self) -> bool:
        """Whether a scraper broke the lines of the text at each number and each change of font inside them."""
        folded = self._folded
        torn = (
            _INSERTED.fullmatch(folded, *line) is not None
            for line, after in pairwise(self._lines)
            if folded[after[0]] in _NEVER_FIRST or folded[after[0]] in _MEASURE
        )
        return sum(torn) >= _FEWEST_TORN

    @cached_property
    def has_indents(self) -> bool:
        """Whether a wrapped text indents the first lines of its paragraphs."""
        if self.wrapped_at is None:
            return False
        if self.__dict__.get("_hanging_width") is not None:
            return True
        indents = sum(_indent(self._text, line) >= 2 for line in self._lines)
        return 3 <= indents <= 0.7 * len(self._lines)


def _width(text: str, span: Span) -> int:
    return len(text[span[0] : span[1]].encode("gb18030", "replace"))


def _is_next_line(text: str, line: Span, after: Span, step: int = 1) -> bool:
    """Whether the two are as near as the lines of a paragraph, ``step`` line breaks at the most."""
    return text.count("\n", line[1], after[0]) <= step


def _closes(above: str, below: str) -> bool:
    """Whether the next line closes what the line above leaves open: …(市发展改革委牵 before 头,市商务局配合)."""
    for opening, closing in ("()", "《》", "“”"):
        end = below.find(closing)
        if end >= 0 and above.rfind(opening) > above.rfind(closing) and not 0 <= below.find(opening) < end:
            return True
    return False


def _indent(text: str, line: Span) -> int:
    start = line[0]
    while start > 0 and text[start - 1] in _BLANKS:
        start -= 1
    return _width(text, (start, line[0]))


def _fills(text: str, line: Span, after: Span, page: _Page) -> bool:
    """Whether a line is as wide as a page that prints no blank lines, and the next one is not indented."""
    return page.is_full(line) and _indent(text, after) < 2


def _is_torn_off(
    text: str,
    folded: str,
    grown: Span,
    tail: Span,
    after: Span,
    page: _Page,
    stands_alone: Callable[[str], bool],
) -> bool | None:
    """Whether ``after`` was torn off the line above it, of which ``tail`` is the last piece; ``None`` for no sign."""
    first = folded[after[0]]
    if first in ",、" and folded[tail[1] - 1] in "。!?":
        return None  # what stood before it is lost: the 二 of 二、总体目标
    if first in _NEVER_FIRST and not folded.startswith("..", after[0]):
        return text.count("\n", tail[1], after[0]) <= page.gap
    if not page.is_torn or not _is_next_line(text, tail, after):
        return None
    last = folded[tail[1] - 1]
    above = _INSERTED.fullmatch(folded, *tail) is not None
    if _INSERTED.fullmatch(folded, *after):
        if above or last in "。;:!?":
            return last in _GOES_ON or None
        if tail[1] - grown[0] > _LONGEST_TITLE:
            return True
        printed = printed_line(folded, (grown[0], tail[1]))
        if BODY_MARKER.match(printed) and not re.search("[,。;]", printed):
            return last in _ASKS_FOR_MORE or _OPENS_SENTENCE.match(printed) is not None
        return (tail[1] - tail[0] == 1 and last in _MEASURE) or not stands_alone(printed)
    if BODY_MARKER.match(folded, *after):
        return None
    if above:
        return grown[0] < tail[0] or first in _MEASURE or None
    has_comma = folded.find(",", max(grown[0], tail[0] - _LONGEST_TITLE), tail[1]) >= 0
    return True if last not in _ENDS and (first == "的" or has_comma) else None


def _goes_on(
    text: str, folded: str, line: Span, after: Span, is_first: bool, page: _Page, stands_alone: Callable[[str], bool]
) -> bool:
    """Whether ``after`` continues the sentence of ``line``, which ends in no stop unless the text indents."""
    last = folded[line[1] - 1]
    marker = BODY_MARKER.match(folded, after[0], after[1])
    # 一,引导… behind 在法治轨道上统 is the end of a word.
    if marker and not (marker.group()[-1] == "," and last not in _ENDS):
        return False
    if _OPENS_PARAGRAPH.match(folded, after[0], after[1]) and not (
        # 二是… at the beginning of a line in the middle of a paragraph.
        last not in _ENDS and page.has_indents and _fills(text, line, after, page)
    ):
        return False
    above, below = folded[line[0] : line[1]], folded[after[0] : after[1]]
    if "\t" in below or "\t" in above:
        return False
    if "   " in above and "   " in below and _COLUMNS.match(above) and _COLUMNS.match(below):
        return False
    if last in _GOES_ON:
        return True
    if last in _MID_SENTENCE and below[-1] in "。;" and "," in above and not stands_alone(below):
        return True
    if not _is_next_line(text, line, after, page.step):
        # A page's foot and head stood there, if it breaks off a sentence and is wider than any other gap.
        if page.gap <= 1 and _fills(text, line, after, page) and last not in _ENDS and not stands_alone(below):
            return True
        if text.count("\n", line[1], after[0]) <= max(2, page.gap) or not _INNER_STOP.search(above):
            return False
        return last not in _ENDS and below[-1] in "。;)" and not stands_alone(below)
    if last not in _ENDS and _closes(above, below):
        return True
    if page.wrapped_at is not None:
        if not page.is_full(line):
            return False
        if page.is_clear and last not in _ENDS and (_PROSE.search(above) or above.count("《") > above.count("》")):
            return True  # what is cut in mid-sentence is no heading, whatever its last words look like
        is_cut = page.is_clear and _PROSE.search(below) and page.is_full(after)
        if stands_alone(below) and not is_cut:
            return False
        return _indent(text, after) < 2 if page.has_indents else not (is_first and stands_alone(above))
    width = _width(text, line)
    if page.has_wider(2 * width) or _indent(text, after) > _indent(text, line) or stands_alone(above):
        return False
    if below[-1] == ":" and _LABEL.fullmatch(below):
        return False
    if folded[after[1] - 1] not in "。;:" and _width(text, after) < width - _RAGGED:
        return False
    if _INNER_STOP.search(above):
        return True
    numbered = is_first and BODY_MARKER.match(above) is not None
    return not numbered and width >= _LONG_LINE and "," in above
