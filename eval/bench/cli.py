"""``tiaowen-eval bench``: figures beside those of other programs, in one run."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from eval.bench.peer_runs import PEERS
from eval.bench.side_by_side import check_peers, run_side_by_side, to_markdown
from eval.bench.statutes import read_statutes
from eval.console import err, out
from service.settings import read_settings

bench = typer.Typer(help="Measure beside other programs.", no_args_is_help=True, pretty_exceptions_enable=False)


@bench.callback()
def _group() -> None:
    """Keep ``statutes`` a command of its own, also while it is the only one."""


@bench.command()
def statutes(
    folder: Annotated[Path, typer.Argument(help="documents/, queries.jsonl and qrels.tsv.")],
    kept: Annotated[Path, typer.Option("--out", help="Keeps former indices, environments and runs.")] = Path(
        "eval-runs/statutes"
    ),
    peers: Annotated[str, typer.Option(help="Commas between; empty for none.")] = ",".join(p.name for p in PEERS),
    encoder: Annotated[
        str | None, typer.Option(help="Encoder of passages and queries. [default: TIAOWEN_ENCODER]")
    ] = None,
    table: Annotated[Path | None, typer.Option(help="Write the table there too, as Markdown.")] = None,
) -> None:
    """Statutes and lay people's questions: our systems and other programs, each in an environment of its own."""
    names = check_peers([name.strip() for name in peers.split(",") if name.strip()])
    found = run_side_by_side(
        read_statutes(folder),
        kept.resolve(),
        encoder=encoder or read_settings().encoder,
        peers=names,
        on_step=lambda step: err.print(step, markup=False),
    )
    text = to_markdown(found)
    out.print(text, markup=False, soft_wrap=True)
    err.print(f"{found.encoded} passages were encoded in this run; the others were at hand in {kept}.", soft_wrap=True)
    if table is not None:
        table.write_text(text, encoding="utf-8")
