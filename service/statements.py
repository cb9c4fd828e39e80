"""Statements from one clause, by what is asked: bodies by role, a number, a time, sentences, the row of a table."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from corpus.folding import fold
from corpus.model import Clause, Responsibility, Span, Target
from corpus.regions import written_names
from indexer.facts.indicators import CELL_VALUE
from service.answering_words import answering_words, best_duties
from service.citing import CitationList, Question, Statement
from service.definitions import defining_words
from service.evidence import (
    TIME_WORDS,
    Evidence,
    best_sentences,
    coverage_of,
    doer_words,
    doing_words,
    find_range,
    first_sentences,
    folded_text,
    split_sentences,
)
from service.filters import in_region
from service.intents import RECIPIENT, WITHIN
from service.numbers import best_numbers
from service.penalties import penal_sentences
from service.phrasing import bodies, in_script, region_name, say
from service.ranking import Ranked, announces
from service.table_rows import is_row, read_cells
from service.topic import covers
from service.understanding import Language

# Matches: 列第一位者为牵头部门,下同. Does not match: 牵头部门要加强协调.
_CONVENTION = re.compile(r"第一位|首位|排(?:名|列)?在?(?:最)?前|下同")
_ENOUGH = 0.3  # of the topic that has to stand beside a number which is asked for among other things
# Columns of units and of times. Matches: 计量单位, 完成时限. Does not match: 牵头单位, 时间段内产量.
_UNIT_COLUMN = re.compile(r"^(?:计量)?单位$")
_TIME_COLUMN = re.compile(r"(?:时限|期限|时间|日期|进度)(?:要求|安排|节点)?$")
# Columns of what a row is about, where another stands before it. Matches: 主要指标, 项目名称. Does not match: 类别.
_NAME_COLUMN = re.compile(r"指标(?!属性|类)|名称|任务|项目|事项|内容")
_YEAR = re.compile(r"(?:19|20)\d{2}")
_LONGEST_UNIT = 8  # characters
# How often something comes, asked for. Matches: 多久洗一回, 隔多久评一批. Does not match: 多久完成.
_HOW_OFTEN = re.compile(
    r"多久[^,。?]{0,6}一[次回遍趟批届期]|[隔每]多久|几(?:年|个月|天)[^,。?]{0,4}一[次回遍趟批届期]|"
    r"\bhow (?:often|frequently)\b"
)
# And said. Matches: 每半年, 每季度, 定期. Does not match: 每个.
_EVERY = re.compile(
    r"每[一二两三四五六七八九十半\d]*(?:个)?(?:年度?|半年|季度?|月|周|日|天|学期)|年度|逐年|定期|不定期"
)
# To whom something goes, said. Matches: 报送至县政府督查室, 向主管部门备案. Does not match: 报送材料, 向社会公布.
_HANDED_OVER = re.compile(
    r"(?:报|送|交|寄)[^,。;]{0,6}(?:至|给|到)|向[^,。;]{2,24}(?:报|备案|提[交出]|申[请报]|送|反映|投诉|举报)|"
    r"报[^,。;]{2,20}(?:局|部门?|委|厅|办|政府|机关|机构)"
)
# How long something may take, said. Matches: 三十日内, 5个工作日内, 24小时内. Does not match: 2021年7月1日起.
_LASTING = re.compile(r"[一二两三四五六七八九十百半\d]+个?(?:年|月|周|日|天|工作日|学期|小时|分钟)(?:之内|以内|内|前)")
_OF_SECTION, _OF_UNIT = 4, 2  # sentences of what is asked for as a whole, and of each of its units
_ON_TOPIC = 0.6  # share of the topic in a sentence that says who does something
_OF_CLAUSE = 6  # sentences of a clause whose heading is the matter that measures are asked for
_OF_LIST = 12  # lines of a list that a sentence announces
_NAMED = 0.5  # share of the topic that such a heading has
# What is done about a matter, asked for. Matches: 有哪些措施, 怎样改善, what measures. Does not match: 怎么处罚.
_MEASURES_ASKED = re.compile(
    r"措施|举措|做法|主要任务|哪些(?:重点)?(?:工作|内容|要求)|(?:怎么|怎样|如何)(?!处|罚|样|办|理解|界定|判断|认定)|"
    r"\b(?:measures|steps|actions|tasks)\b|\bhow (?:will|does|do|is|are|to)\b"
)
_WHOLE = 0.95  # coverage of a word that stands whole
_EDGES = " \n,;:。\uff0c\uff1b\uff1a"  # marks that a quoted stretch need not begin or end with


def state(question: Question, one: Ranked, intent: str, cited: CitationList) -> tuple[list[Statement], str | None]:
    """Statements from one clause, and the code for what it lacks.

    Args:
        question: The question.
        one: The clause.
        intent: What is asked for, of a question that asks for several things one of them.
        cited: Added to.
    """
    topic, weights = question.interpretation.topic, question.weights
    if intent.startswith("responsibility") and (duties := best_duties(one.clause, topic, _beside_title(question, one))):
        if said := _doer(question, one, duties):
            return [state_quoted(question, one, said, cited)], None
        return _duty_statements(question, one, duties, intent, cited)
    if row := state_row(question, one, intent, cited):
        return [row], None
    often = _times(question) is _EVERY
    if intent == "deadline" and not often and (inherited := state_inherited_time(question, one, cited)):
        return [inherited], None
    evidence = None
    section = question.interpretation.section
    if section is not None and one.features.get("section"):
        label = one.clause.labels[-1]
        if announces(label, section):
            behind = len(label) if one.clause.text.startswith(label) else 0
            evidence = first_sentences(one.clause, most=_OF_SECTION, behind=behind)
        else:
            evidence = first_sentences(one.clause, most=_OF_UNIT)
    elif intent == "numeric_target":
        asked = question.interpretation
        evidence = best_numbers(
            one.clause,
            topic,
            weights,
            unit=asked.unit,
            counted=asked.counted,
            several=asked.several,
            years=asked.years,
            wording=fold(asked.standalone_question),
        )
    elif question.interpretation.detail == "penalty":
        evidence = penal_sentences(one.clause, topic, weights)
    elif intent in ("list", "fact") and _asks_measures(question):
        evidence = _below_heading(question, one)
    if not evidence or not evidence.ranges:
        act = question.interpretation.act
        need = _times(question) if intent == "deadline" else None
        if intent == "definition":
            need = defining_words(topic, folded_text(one.clause.text))
        if intent == "responsibility" and act is not None:
            need = doing_words(act)
        elif RECIPIENT.search(fold(question.interpretation.standalone_question)):
            need = _HANDED_OVER
        place = _place_words(question, one)
        years = frozenset() if intent == "deadline" else question.interpretation.years
        evidence = best_sentences(one.clause, topic, _beside_title(question, one), need=need or place, years=years)
        if place and (of_it := [span for span in evidence.ranges if place.search(folded_text(one.clause.text), *span)]):
            evidence = replace(evidence, ranges=tuple(of_it))
    return [state_quoted(question, one, _with_announced(one.clause, evidence), cited)], None


def _with_announced(clause: Clause, evidence: Evidence) -> Evidence:
    """Sentences with the lines that they announce with a colon, as far as these stand in the same clause."""
    folded, sentences = folded_text(clause.text), split_sentences(clause.text)
    told: list[Span] = list(evidence.ranges)
    for span in evidence.ranges:
        if folded[span[1] - 1] != ":":
            continue
        for line in [s for s in sentences if s[0] >= span[1]][:_OF_LIST]:
            told.append(line)
            if folded[line[1] - 1] not in ";,":
                break
    return replace(evidence, ranges=tuple(sorted(set(told))))


def _beside_title(question: Question, one: Ranked) -> Sequence[float]:
    """The weights of the topic's words, of those none that a text's title has: what it is on, no duty need repeat."""
    title = fold(one.metadata.title or "")
    pairs = zip(question.interpretation.topic, question.weights, strict=True)
    left = [0.0 if covers(term, title) >= _WHOLE else weight for term, weight in pairs]
    return left if any(left) else question.weights


def _doer(question: Question, one: Ranked, duties: Sequence[Responsibility]) -> Evidence | None:
    """The sentence of a clause that says itself who does what is asked about; ``None`` where only its notes do."""
    act = question.interpretation.act
    if act is None:
        return None
    folded = folded_text(one.clause.text)
    notes = [span for duty in duties for span in find_range(one.clause.text, duty.note)]
    for start, end in split_sentences(one.clause.text):
        in_note = any(a <= start and end <= b for a, b in notes)
        on_topic = coverage_of(folded[start:end], question.interpretation.topic, question.weights) >= _ON_TOPIC
        if not in_note and on_topic and doer_words(act).search(folded, start, end):
            return Evidence(((start, end),), 1.0)
    return None


def _place_words(question: Question, one: Ranked) -> re.Pattern[str] | None:
    """The names of a place that a larger one's document answers for; ``None`` where the document is its own."""
    regions = question.regions
    if not regions or one.metadata.region is None or any(in_region(region, one.metadata) for region in regions):
        return None
    names = [fold(name) for region in regions for name in written_names(region)]
    return re.compile("|".join(map(re.escape, names))) if names else None


def _asks_measures(question: Question) -> bool:
    return bool(_MEASURES_ASKED.search(fold(question.interpretation.standalone_question)))


def _below_heading(question: Question, one: Ranked) -> Evidence:
    """What a clause says below its own heading, without notes in brackets, where that names the matter.

    Returns:
        No ranges where a sentence below it says more of the matter than the heading does.
    """
    clause = one.clause
    label, folded = clause.labels[-1] if clause.labels else "", folded_text(clause.text)
    best = best_sentences(clause, question.interpretation.topic, question.weights, most=1)
    if not label or not clause.text.startswith(label) or one.features["heading"] < _NAMED or best.ranges[0][0]:
        return Evidence((), 0.0)
    below = [(a, b) for a, b in split_sentences(clause.text) if a >= len(label.rstrip()) and folded[a] != "("]
    return Evidence(tuple(below[:_OF_CLAUSE]), 1.0)


def _times(question: Question) -> re.Pattern[str]:
    """Words of time as they are asked for: how often something comes, or when."""
    asked = fold(question.interpretation.standalone_question)
    return _EVERY if _HOW_OFTEN.search(asked) else _LASTING if WITHIN.search(asked) else TIME_WORDS


def state_inherited_time(question: Question, one: Ranked, cited: CitationList) -> Statement | None:
    """A target of a clause with the time that a heading or the document sets for it.

    Returns:
        ``None`` where the clause names a time itself, or nothing sets one.
    """
    found = inherited_time(question, one)
    if found is None:
        return None
    target, above = found
    said, when = target.text, target.deadline_text or ""
    numbers = (
        cited.add(one.clause, one.metadata, find_range(one.clause.text, said), one.score),
        cited.add(above, one.metadata, find_range(above.text, when), one.score),
    )
    quote, time = (in_script(words.strip(_EDGES), question.language) for words in (said, when))
    zh, en = f"{quote};时间:{time}。", f"the text says: “{quote}”; the time that it sets above is “{time}”."
    return Statement(_of_place(question, one, zh, en), numbers)


def inherited_time(question: Question, one: Ranked) -> tuple[Target, Clause] | None:
    """The target of a clause that the topic is about and the unit above that prints its time, if one does."""
    topic, weights = question.interpretation.topic, question.weights
    evidence = best_sentences(one.clause, topic, weights, need=TIME_WORDS)
    folded = folded_text(one.clause.text)
    if any(TIME_WORDS.search(folded, *span) for span in evidence.ranges):
        return None
    timed = [t for t in one.clause.targets if t.deadline_text and t.deadline_source != "clause"]
    if not timed:
        return None
    best = max(timed, key=lambda target: coverage_of(fold(target.text), topic, weights))
    if coverage_of(fold(best.text), topic, weights) < _ENOUGH:
        return None
    units = question.store.clauses_of(one.clause.document_id)
    before = [unit for unit in units if unit.span[0] < one.clause.span[0]]
    inside = [unit for unit in before if unit.path == one.clause.path[: len(unit.path)]]
    above = next((u for u in [*reversed(inside), *before] if (best.deadline_text or "") in u.text), None)
    return None if above is None else (best, above)


# A day by which something is done is asked for. Matches: 最晚什么时候报, 哪年底前, by when. Does not match: 多久.
_BY_WHEN = re.compile(
    r"最[迟晚]|(?:什么时候|何时|哪一?[年天日月]|几[月号])[底末]?(?:之前|以前|前)|"
    r"\bby (?:what|which)\b|\bno later\b|\bwhen\b"
)
# What lasts and has no day. Matches: 终身负责制.
_STANDING = re.compile(r"终身|长期坚持|常年|全天|24小时")


def gives(question: Question, one: Ranked, intent: str) -> bool:
    """Whether a clause holds the kind of thing that is asked for, of the topic."""
    asked = question.interpretation
    if intent == "deadline":
        times = _times(question)
        if times is not TIME_WORDS and not times.search(folded_text(one.clause.text)):
            return False
        if times is _EVERY:
            return True
        if is_row(one.clause) or inherited_time(question, one):
            return True
    evidence, suits = answering_words(
        one.clause, intent, asked.unit, asked.topic, question.weights, counted=asked.counted
    )
    if intent == "deadline" and _BY_WHEN.search(fold(asked.standalone_question)):
        folded = folded_text(one.clause.text)
        suits = any(TIME_WORDS.search(_STANDING.sub("", folded[start:end])) for start, end in evidence.ranges)
    return suits and (intent != "numeric_target" or evidence.coverage >= _ENOUGH)


def place_of(question: Question, one: Ranked) -> str:
    """The name of a clause's region in the language of the answer; empty for none."""
    return region_name(one.metadata.region, question.language)


def _of_place(question: Question, one: Ranked, zh: str, en: str) -> str:
    """A sentence with the place that it is said of, where the clause has one; each is in the script of the answer."""
    place = place_of(question, one)
    if question.language == "en":
        return f"In {place}, {en}" if place else en[0].upper() + en[1:]
    return f"{place}:{zh}" if place else zh


def _duty_statements(
    question: Question, one: Ranked, duties: Sequence[Responsibility], intent: str, cited: CitationList
) -> tuple[list[Statement], str | None]:
    language = question.language
    made: list[Statement] = []
    place = place_of(question, one)
    for duty in duties:
        n = cited.add(one.clause, one.metadata, find_range(one.clause.text, duty.note), one.score)
        numbers = [n]
        rule = question.store.clause(duty.declared_in) if duty.declared_in else None
        if rule is not None and rule.id != one.clause.id:
            evidence = best_sentences(rule, (), (), most=1, need=_CONVENTION)
            numbers.append(cited.add(rule, one.metadata, evidence.ranges, one.score))
        made.append(
            Statement(
                _duty_sentence(duty, place, language, intent),
                tuple(numbers),
                lead=duty.lead,
                support=duty.support,
                shared=duty.shared,
            )
        )
    lacks_lead = intent == "responsibility_lead" and not any(duty.lead for duty in duties)
    return made, "no_lead_named" if lacks_lead else None


def _duty_sentence(duty: Responsibility, place: str, language: Language, intent: str) -> str:
    parts_zh, parts_en = [], []
    if duty.lead:
        parts_zh.append(
            f"{bodies(duty.lead, 'zh-Hans')}牵头" if duty.rule != "负责" else f"{bodies(duty.lead, 'zh-Hans')}负责"
        )
        verb = "leads" if len(duty.lead) == 1 else "lead"
        parts_en.append(f"{bodies(duty.lead, 'en')} {verb}")
    if duty.shared:
        parts_zh.append(f"{bodies(duty.shared, 'zh-Hans')}按职责分工负责")
        parts_en.append(f"shared by division of duties: {bodies(duty.shared, 'en')}")
    if duty.support:
        parts_zh.append(f"{bodies(duty.support, 'zh-Hans')}配合")
        parts_en.append(f"supported by {bodies(duty.support, 'en')}")
    zh = f"{place}:" if place else ""
    en = f"In {place}: " if place else ""
    if intent == "responsibility_lead" and not duty.lead:
        zh += "原文没有指明牵头单位,"
        en += "no lead body is named; "
    return say(language, f"{zh}{','.join(parts_zh)}。", f"{en}{'; '.join(parts_en)}.")


def state_quoted(question: Question, one: Ranked, evidence: Evidence, cited: CitationList) -> Statement:
    """A statement that quotes stretches of a clause."""
    n = cited.add(one.clause, one.metadata, evidence.ranges, one.score)
    # Sentences that follow one another in the text are quoted as they stand.
    joined: list[Span] = []
    for start, end in evidence.ranges:
        if joined and not one.clause.text[joined[-1][1] : start].strip():
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    quote = "……".join(_whole_brackets(one.clause.text[start:end].strip(_EDGES)) for start, end in joined)
    quote = in_script(quote, question.language)
    return Statement(_of_place(question, one, f"{quote}。", f"the text says: “{quote}”."), (n,))


def _whole_brackets(text: str) -> str:
    """A stretch without the bracket at its end, or at its beginning, that has no partner in it."""
    for opening, closing in ("()", "\uff08\uff09"):
        if text.endswith(closing) and text.count(closing) > text.count(opening):
            text = text[:-1].rstrip(_EDGES)
        if text.startswith(opening) and text.count(opening) > text.count(closing):
            text = text[1:].lstrip(_EDGES)
    return text


def state_row(question: Question, one: Ranked, intent: str, cited: CitationList) -> Statement | None:
    """What the row of a table says, column by column; ``None`` for a clause that is no row.

    A number comes with its unit, which stands in a column of its own, and of the years that the question names.
    """
    cells, table = read_cells(one.clause, question.store)
    if not cells or table is None:
        return None
    name = next((cell for cell in cells[:-1] if _NAME_COLUMN.search(cell.column)), cells[0])
    rest = [cell for cell in cells if cell is not name]
    unit = next((cell for cell in rest if _UNIT_COLUMN.search(cell.column) and len(cell.text) <= _LONGEST_UNIT), None)
    wanted = [cell for cell in rest if cell is not unit]
    numbers = {cell: number for cell in wanted if (number := CELL_VALUE.fullmatch(fold(cell.text)))}
    if intent == "numeric_target" and numbers:
        years = {str(year) for year in question.interpretation.years}
        wanted = [cell for cell in numbers if years & set(_YEAR.findall(cell.column))] or list(numbers)
    elif intent == "deadline":
        wanted = [cell for cell in wanted if _TIME_COLUMN.search(cell.column)] or wanted
    told = [(cell.column, _with_unit(cell.text, numbers.get(cell), unit.text if unit else "")) for cell in wanted]
    n = cited.add(one.clause, one.metadata, [cell.span for cell in (name, *wanted)], one.score)
    head = cited.add(table, one.metadata, (), one.score)
    said = in_script(name.text + ":" + ";".join(f"{column} {text}" for column, text in told), question.language)
    return Statement(_of_place(question, one, f"{said}。", f"the table says: “{said}”."), (n, head))


def _with_unit(text: str, number: re.Match[str] | None, unit: str) -> str:
    """A cell with the unit that a column of its own gives, before 以上 or 左右; as it is where it prints one."""
    if number is None or number["unit"]:
        return text
    at = number.start("behind") if number["behind"] else len(text)
    return text[:at] + unit + text[at:]
