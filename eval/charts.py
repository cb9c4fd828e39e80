"""Charts as SVG text: for paper too, and for eyes that do not tell red from green."""

from __future__ import annotations

import io
import math
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from corpus.errors import TiaowenError
from eval.measures import CalibrationBin, percentile, risk_coverage
from eval.summary import Figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# Okabe and Ito's palette, in an order whose greys differ too; hatches tell the series apart in black and white.
COLOURS = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00")
HATCHES = ("", "//", "..", "xx", "\\\\", "++")
_WIDTH_INCHES = 7.2


def bars(series: Mapping[str, Mapping[str, Figure]], *, axis: str) -> str:
    """Horizontal bars with intervals: a group of bars for each row, one bar for each series.

    Args:
        series: Series name -> row name -> figure, each in [0, 1].
        axis: What the bars measure.
    """
    rows = list(dict.fromkeys(row for values in series.values() for row in values))
    height = 0.8 / max(len(series), 1)

    def draw(axes: Axes) -> None:
        for index, (name, values) in enumerate(series.items()):
            places = [rows.index(row) + (index - (len(series) - 1) / 2) * height for row in values]
            found = list(values.values())
            axes.barh(
                places,
                [f.value for f in found],
                height=height * 0.92,
                xerr=[
                    [max(f.value - f.low, 0) for f in found],
                    [max(f.high - f.value, 0) for f in found],
                ],
                color=COLOURS[index % len(COLOURS)],
                hatch=HATCHES[index % len(HATCHES)],
                edgecolor="white" if HATCHES[index % len(HATCHES)] else "none",
                ecolor="#444444",
                capsize=2,
                label=name,
            )
            for place, f in zip(places, found, strict=True):
                # Beside the axis: words over a hatched bar cannot be read.
                axes.text(1.03, place, f"{f.value:.2f} (n={f.count})", va="center", fontsize=8)
        axes.set_yticks(range(len(rows)), [row.replace("_", " ") for row in rows])
        axes.set_ylim(len(rows) - 0.5, -0.5)
        axes.set_xlim(0, 1.02)
        axes.set_xlabel(axis)
        if len(series) > 1:
            axes.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=len(series), frameon=False)

    return _svg(draw, height_inches=1.1 + len(rows) * max(0.3, 0.26 * len(series)))


def reliability_curve(curve: Sequence[CalibrationBin]) -> str:
    """How often answers of a confidence are right, beside the diagonal on which both agree."""

    def draw(axes: Axes) -> None:
        axes.plot([0, 1], [0, 1], linestyle="--", color="#666666", label="as sure as right")
        axes.plot(
            [part.mean_confidence for part in curve],
            [part.accuracy for part in curve],
            marker="o",
            color=COLOURS[0],
            label="answers",
        )
        for part in curve:
            axes.annotate(
                f"n={part.count}",
                (part.mean_confidence, part.accuracy),
                textcoords="offset points",
                xytext=(6, -10),
                fontsize=8,
            )
        axes.set_xlim(0, 1.02)
        axes.set_ylim(0, 1.05)
        axes.set_xlabel("confidence that the answer states")
        axes.set_ylabel("share that is right")
        axes.legend(loc="upper left")

    return _svg(draw, height_inches=3.4)


def risk_curve(confidences: Sequence[float], right: Sequence[bool]) -> str:
    """Share of wrong answers when only the surest are given."""
    coverage, risk = risk_coverage(confidences, right)

    def draw(axes: Axes) -> None:
        axes.step(coverage, risk, where="post", color=COLOURS[0])
        axes.set_xlim(0, 1.02)
        axes.set_ylim(0, max(0.1, float(risk.max(initial=0.0)) * 1.15))
        axes.set_xlabel("share of questions answered, surest first")
        axes.set_ylabel("share of those that is wrong")

    return _svg(draw, height_inches=3.0)


def latency_curve(times_ms: Mapping[str, Sequence[float]]) -> str:
    """Share of answers given within a time, by stage."""

    def draw(axes: Axes) -> None:
        for index, (stage, times) in enumerate(times_ms.items()):
            ordered = sorted(times)
            axes.step(
                ordered,
                [(place + 1) / len(ordered) for place in range(len(ordered))],
                where="post",
                color=COLOURS[index % len(COLOURS)],
                linestyle=("-", "--", ":", "-.")[index % 4],
                linewidth=2 if stage == "total" else 1.2,
                label=stage,
            )
        longest = max((percentile(list(times), 0.99) for times in times_ms.values() if times), default=1.0)
        axes.set_xlim(0, longest * 1.05 if math.isfinite(longest) and longest > 0 else 1)
        axes.set_ylim(0, 1.02)
        axes.set_xlabel("milliseconds")
        axes.set_ylabel("share of answers ready")
        axes.legend(loc="lower right")

    return _svg(draw, height_inches=3.0)


def growth(series: Mapping[str, Sequence[tuple[float, float]]], *, axis: str) -> str:
    """Lines against the number of passages, both axes in powers of ten.

    Args:
        series: Name -> number of passages and value, both above 0.
        axis: What the values are.
    """

    def draw(axes: Axes) -> None:
        from matplotlib.ticker import LogLocator

        for index, (name, points) in enumerate(series.items()):
            axes.plot(
                [passages for passages, _ in points],
                [value for _, value in points],
                color=COLOURS[index % len(COLOURS)],
                marker="osD^vP"[index % 6],
                linestyle=("-", "--", ":", "-.")[index % 4],
                linewidth=2 if index == 0 else 1.2,
                label=name,
            )
        axes.set_xscale("log")
        axes.set_yscale("log")
        sizes = sorted({passages for points in series.values() for passages, _ in points})
        axes.set_xticks(sizes, [f"{size:,.0f}" for size in sizes], rotation=30, ha="right")
        axes.set_xticks([], minor=True)
        axes.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
        axes.yaxis.set_major_formatter(lambda value, _: f"{value:,.6g}")
        axes.set_yticks([], minor=True)
        axes.set_xlabel("passages")
        axes.set_ylabel(axis)
        if series:
            axes.legend(loc="upper left", bbox_to_anchor=(1.01, 1), frameon=False)

    return _svg(draw, height_inches=3.2)


def _svg(draw: Callable[[Axes], None], *, height_inches: float) -> str:
    try:
        import matplotlib
        from matplotlib.figure import Figure as Canvas
    except ImportError as error:
        raise TiaowenError("charts need matplotlib.", "Install it with: pip install 'tiaowen[eval]'") from error
    style: Any = {
        "svg.fonttype": "none",
        "svg.hashsalt": "tiaowen",
        "font.family": "sans-serif",
        "font.size": 9,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.grid": True,
        "axes.axisbelow": True,
        "grid.color": "#dddddd",
        "hatch.linewidth": 0.8,
    }
    with matplotlib.rc_context(style):
        canvas = Canvas(figsize=(_WIDTH_INCHES, height_inches), layout="constrained")
        draw(canvas.add_subplot())
        file = io.StringIO()
        canvas.savefig(file, format="svg", metadata={"Date": None, "Creator": None})
    text = file.getvalue()
    return text[text.index("<svg") :]
