"""A search as a trader reads it: the best and how its neighbours do, what matters, the doubts."""

from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.markup import escape
from rich.text import Text

from tradewright.entrypoints.cli.metric_table import counted, shown
from tradewright.entrypoints.cli.optimizing.found import Best, shares_of
from tradewright.entrypoints.cli.sweeping.fitted_table import fitted_table, scores_of, title_of, value_text
from tradewright.metrics.catalog import BY_ID

if TYPE_CHECKING:
    from rich.table import Table

    from tradewright.library.optimizing.result import OptimizeResult

# So many tries find something good by chance alone.
_MANY = 20
_PLATEAU = "Plateau"


def print_search(console: Console, result: "OptimizeResult", best: Best) -> None:
    """Print what was searched, the best combinations, and what limits the trust in them."""
    facts = result.facts
    console.print()
    console.print(Text(facts["strategy"], style="bold"), Text(f"on {facts['symbol']} {facts['timeframe']}"))
    console.print(_counts(facts), style="dim")
    console.print()
    if best.optima:
        console.print(_heading(best), style="bold")
        console.print(front_table(best, console.width))
        console.print()
        _print_importance(console, result)
        if result.scored >= _MANY:
            console.print(
                f"The best of {result.scored:,} looks better than it is: see its plateau, and other bars.",
                style="dim",
            )
    for warning in result.warnings:
        console.print(f"[yellow]![/] {escape(str(warning['message']))} [dim]{warning['code']}[/]")
    console.print(f"seed {facts['seed']} · {result.execution_time_s:.2f} s", style="dim")


def front_table(best: Best, width: int) -> "Table":
    """Return the table of the best: parameters, objectives, their plateaus, others where there is room."""
    rows = best.plain()
    first = {name: [value_text(row["params"][name]) for row in rows] for name in rows[0]["params"]}
    for aim in best.aims:
        title = title_of(aim)
        first[title] = scores_of(rows, aim)
        plateau = _PLATEAU if len(best.aims) == 1 else f"{title}, {_PLATEAU.lower()}"
        first[plateau] = [shown(BY_ID[aim], row["plateau"][aim]) for row in rows]
    others = {name: scores_of(rows, name) for name in rows[0]["metrics"] if name not in best.aims}
    return fitted_table(first, others, width)


def _counts(facts: dict[str, Any]) -> str:
    of = "a continuous space" if facts["space"] is None else f"{facts['space']:,}"
    around = facts["scored"] - facts["searched"]
    parts = [f"{counted(facts['searched'], 'combination')} of {of} by {facts['method']}"]
    parts += [f"{around:,} around the best"] if around else []
    parts += [f"{count:,} excluded by {text}" for text, count in facts["excluded"].items() if count]
    return " · ".join(parts)


def _heading(best: Best) -> str:
    aims = " and ".join(map(title_of, best.aims))
    if len(best.aims) == 1:
        return f"Best by {aims}"
    less = "" if len(best.optima) == best.front else f"; {len(best.optima):,} of them"
    return f"{best.front:,} that no other beats in {aims}{less}"


def _print_importance(console: Console, result: "OptimizeResult") -> None:
    """Print what each parameter explains by itself, unless that is not known."""
    found = shares_of(result)
    if found["together"] is None or len(found["shares"]) < 2:
        return
    shares = found["shares"]
    parts = ", ".join(f"{name} {share:.0%}" for name, share in shares.items())
    # What crowds where it is good sees parameters rise and fall together.
    rest = f"{found['together']:.0%} otherwise" if sum(shares.values()) <= 1 else "these overlap"
    console.print(f"{title_of(found['metric'])} varies with {escape(parts)}; {rest}")
