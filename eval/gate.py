"""The gate: commands with the figures they gave when last reviewed, run again and held to them."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from corpus.errors import DatasetError, InputError, TiaowenError
from eval.experiment import Results
from eval.measures import mean, parse_measure
from eval.summary import FIGURES, summarise

if TYPE_CHECKING:
    from yaml import Node

COMMAND = "tiaowen-eval run"
_EXAMPLE = "Write:\n- command: tiaowen-eval run eval/questions\n  expect:\n    success@1: {value: 0.8, tolerance: 0.02}"


@dataclass(frozen=True, slots=True)
class Expectation:
    """A figure that a command must give: no worse than ``value`` by more than ``tolerance``."""

    figure: str
    value: float
    tolerance: float
    place: str


@dataclass(frozen=True, slots=True)
class Baseline:
    """A command of ``tiaowen-eval run``, and what it must give."""

    command: str
    expectations: tuple[Expectation, ...]
    place: str

    @property
    def arguments(self) -> list[str]:
        """The words after ``tiaowen-eval``."""
        return shlex.split(self.command)[1:]


@dataclass(frozen=True, slots=True)
class Verdict:
    """One expectation and what came out. ``got`` is ``None`` where the run has no such figure."""

    command: str
    expectation: Expectation
    got: float | None
    passed: bool


def read_baselines(path: Path) -> list[Baseline]:
    """The commands of a baselines file.

    Raises:
        DatasetError: Naming file, line and mend, also for a figure or measure that is unknown.
    """
    try:
        import yaml
    except ImportError as error:
        raise TiaowenError("baselines need PyYAML.", "Install it with: pip install 'tiaowen[eval]'") from error
    try:
        root = yaml.compose(path.read_text(encoding="utf-8"), Loader=yaml.SafeLoader)
    except OSError as error:
        raise DatasetError(f"{path} cannot be read: {error.strerror}.", "Check the path.") from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f":{mark.line + 1}" if mark else ""
        raise DatasetError(f"{path}{line}: no YAML ({getattr(error, 'problem', error)}).", _EXAMPLE) from error
    if root is None or not isinstance(root, yaml.SequenceNode) or not root.value:
        raise DatasetError(f"{path}:1: no list of commands.", _EXAMPLE)
    return [_baseline(node, path) for node in root.value]


def _baseline(node: Node, path: Path) -> Baseline:
    fields = _mapping(node, path)
    place = _place(node, path)
    command = fields.pop("command", None)
    if command is None or not str(command.value).startswith(COMMAND):
        raise DatasetError(f"{place}: no command that begins with '{COMMAND}'.", _EXAMPLE)
    expected = fields.pop("expect", None)
    if fields:
        raise DatasetError(f"{place}: unknown keys {', '.join(fields)}.", "Known are command and expect.")
    if expected is None:
        raise DatasetError(f"{place}: nothing is expected.", _EXAMPLE)
    expectations = tuple(_expectation(name, item, path) for name, item in _mapping(expected, path).items())
    return Baseline(str(command.value), expectations, place)


def _expectation(name: str, node: Node, path: Path) -> Expectation:
    place = _place(node, path)
    try:
        check_figure(name)
    except InputError as error:
        raise DatasetError(f"{place}: {error.fault}", error.mend) from error
    fields = _mapping(node, path)
    if unknown := set(fields) - {"value", "tolerance"}:
        raise DatasetError(f"{place}: unknown keys {', '.join(sorted(unknown))}.", "Known are value and tolerance.")
    numbers = []
    for key in ("value", "tolerance"):
        try:
            numbers.append(float(fields[key].value))
        except (KeyError, TypeError, ValueError) as error:
            raise DatasetError(f"{place}: {key} is missing or no number.", _EXAMPLE) from error
    return Expectation(name, numbers[0], numbers[1], place)


def _mapping(node: Node, path: Path) -> dict[str, Any]:
    import yaml

    if not isinstance(node, yaml.MappingNode):
        raise DatasetError(f"{_place(node, path)}: not a mapping.", _EXAMPLE)
    return {str(key.value): value for key, value in node.value}


def _place(node: Node, path: Path) -> str:
    return f"{path}:{node.start_mark.line + 1}"


def check_figure(name: str) -> None:
    """Make sure that ``name`` is a figure of answers, or a system and a measure (``hybrid nDCG@10``).

    Raises:
        InputError: If it is neither.
    """
    if name in FIGURES:
        return
    system, _, measure = name.rpartition(" ")
    if not system:
        raise InputError(
            f"unknown figure {name!r}.", f"Known are {', '.join(FIGURES)}, and a system with a measure: hybrid nDCG@10."
        )
    parse_measure(measure)


def figures_of(results: Results) -> dict[str, float]:
    """Every figure of a run by the name it has in a baselines file."""
    figures = {name: found.value for name, found in summarise(results.scores).items()} if results.scores else {}
    for system, result in results.systems.items():
        for measure, values in result.values.items():
            figures[f"{system} {measure}"] = mean(list(values.values()))
    return figures


def hold(baseline: Baseline, results: Results) -> list[Verdict]:
    """Each expectation against what came out. Where less is better, a rise is what fails."""
    figures = figures_of(results)
    verdicts = []
    for expectation in baseline.expectations:
        system, _, measure = expectation.figure.rpartition(" ")
        name = f"{system} {parse_measure(measure).name}" if system else expectation.figure
        got = figures.get(name)
        more_is_better = FIGURES[name].more_is_better if name in FIGURES else True
        # Rounded, so that a figure that fell by just the tolerance passes.
        worse = 0.0 if got is None else expectation.value - got if more_is_better else got - expectation.value
        passed = got is not None and round(worse - expectation.tolerance, 9) <= 0
        verdicts.append(Verdict(baseline.command, expectation, got, passed))
    return verdicts


def check(baselines: Sequence[Baseline], run: Callable[[list[str]], Results]) -> list[Verdict]:
    """Run every command again and hold its figures to what is expected.

    Args:
        baselines: See ``read_baselines``.
        run: Runs the words of a command after ``tiaowen-eval``.
    """
    return [verdict for baseline in baselines for verdict in hold(baseline, run(baseline.arguments))]
