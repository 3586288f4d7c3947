"""The figures and tables of `docs/concepts/metric-profiles.md`, from a run and the catalogue.

What stands between the page's marks is made; the words around them are written by hand.
"""

import re
from pathlib import Path

import tradewright as tw
from tools.references.markdown import cell, code, table
from tradewright.metrics.profiles.catalog import CATALOG, Entry, Package
from tradewright.metrics.profiles.profile import PROFILES

PAGE = Path("docs/concepts/metric-profiles.md")
# What the worked example shows: our id, then the name in each profile, "" where it has none.
_SHOWN = (
    ("total_return", "comp", "cum_returns_final", "Return [%]", "Total Return [%]"),
    ("cagr", "cagr", "cagr", "CAGR [%]", "Annualized Return [%]"),
    ("volatility", "volatility", "annual_volatility", "Volatility (Ann.) [%]", "Annualized Volatility [%]"),
    ("sharpe", "sharpe", "sharpe_ratio", "Sharpe Ratio", "Sharpe Ratio"),
    ("sortino", "sortino", "sortino_ratio", "Sortino Ratio", "Sortino Ratio"),
    ("calmar", "calmar", "calmar_ratio", "Calmar Ratio", "Calmar Ratio"),
    ("max_drawdown", "max_drawdown", "max_drawdown", "Max. Drawdown [%]", "Max Drawdown [%]"),
    ("var_95", "value_at_risk", "value_at_risk", "", "Value at Risk"),
    ("cvar_95", "conditional_value_at_risk", "conditional_value_at_risk", "", ""),
    ("kurtosis", "kurtosis", "kurtosis", "", "Kurtosis"),
    ("win_rate", "win_rate", "", "Win Rate [%]", "Win Rate [%]"),
    ("profit_factor", "profit_factor", "", "Profit Factor", "Profit Factor"),
    ("expectancy", "", "", "Expectancy [%]", "Expectancy"),
    ("exposure", "exposure", "", "Exposure Time [%]", ""),
    ("alpha", "alpha", "alpha", "Alpha [%]", "Alpha"),
    ("beta", "beta", "beta", "Beta", "Beta"),
)
_MARKED = re.compile(r"(<!-- made: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)


def example() -> str:
    """Return the table of the worked example: one run in five languages."""
    run = tw.backtest("ma_crossover", tw.sample("GOOG"))
    said = [run.profile(name) for name in PROFILES]
    rows = [f"| ours | {' | '.join(PROFILES)} |", f"|---|{'---|' * len(PROFILES)}"]
    for ours, *theirs in _SHOWN:
        cells = [
            f"{name} {_figure(profile[name])}" if name else ""
            for name, profile in zip(theirs, said, strict=True)
        ]
        rows.append(f"| {ours} **{_figure(run.metrics[ours])}** | {' | '.join(cells)} |")
    return "\n".join(rows)


def tables() -> str:
    """Return what the catalogue says of each package."""
    return "\n".join(_table(package) for package in CATALOG)


def page(root: Path) -> str:
    """Return the page as it stands under `root`, with everything between its marks made anew."""
    current = (root / PAGE).read_text(encoding="utf-8")
    made = {"example": example(), "tables": tables()}
    return _MARKED.sub(lambda part: f"{part[1]}\n{made[part[2]]}\n\n{part[3]}", current)


def _table(package: Package) -> str:
    rows = table(("name", "formula", "ours", "difference"), map(_row, package.entries))
    return f"### {package.name} {package.version}\n\n{package.notes}\n{rows}"


def _row(entry: Entry) -> list[str]:
    return [code(entry.name), cell(entry.formula), code(entry.ours), cell(entry.difference)]


def _figure(value: float | None) -> str:
    return "none" if value is None else f"{value:.4g}"
