"""What a search aims at: a metric and the way in which it is better."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from tradewright.core.errors import InputError, ParameterError, UnknownNameError
from tradewright.metrics.catalog import BY_ID, CATALOG, Metric

# Never above 0: "-max_drawdown" asks for less of it, which is higher.
_LOSSES = frozenset({"max_drawdown", "avg_drawdown", "avg_loss", "worst_trade", "var_95", "cvar_95"})
_FORM = re.compile(r"(?:(?P<way>max|min)\s+|(?P<less>-)\s*)?(?P<metric>\w+)", re.ASCII)
NUMERIC = tuple(metric.id for metric in CATALOG if metric.unit != "band")


@dataclass(frozen=True, slots=True)
class Objective:
    """A metric, and 1 when higher is better or -1 when lower is."""

    metric: str
    sign: int

    @property
    def text(self) -> str:
        """The objective in words that read back as it."""
        return f"{'max' if self.sign > 0 else 'min'} {self.metric}"


def objectives_of(given: str | Sequence[str]) -> tuple[Objective, ...]:
    """Read one objective or several.

    A metric alone is searched in the direction that the catalogue calls better. ``"max exposure"`` and
    ``"min exposure"`` say it outright, as a metric without a better side needs. ``"-max_drawdown"`` asks
    for less of something bad.

    Raises
    ------
    UnknownNameError
        ``E_METRIC`` for a metric that is not there.
    InputError
        ``E_OBJECTIVE`` for none, one twice, or one whose direction is not clear.
    """
    # Callers without a type checker pass anything.
    texts: list[object] = list(given) if isinstance(given, list | tuple) else [given]
    if texts in ([], [None]):
        raise InputError("E_OBJECTIVE", "no objective is given.", fix="For example: objective='sharpe'.")
    found = tuple(_objective(text) for text in texts)
    names = [objective.metric for objective in found]
    for name in names:
        if names.count(name) > 1:
            raise InputError("E_OBJECTIVE", f"the objective '{name}' is given twice.", fix="Say it once.")
    return found


def metric_of(name: str, where: str) -> Metric:
    """Return a metric that is a number.

    Raises
    ------
    UnknownNameError
        ``E_METRIC``.
    """
    if name not in NUMERIC:
        raise UnknownNameError("E_METRIC", "metric", name, NUMERIC, where=where)
    return BY_ID[name]


def _objective(text: object) -> Objective:
    if not isinstance(text, str):
        raise ParameterError("E_OBJECTIVE", f"objective: {text!r} is no text.", fix="Name a metric.")
    match = _FORM.fullmatch(text.strip())
    if match is None:
        raise InputError(
            "E_OBJECTIVE",
            f"objective: cannot read {text!r}.",
            fix="Name a metric, such as 'sharpe' or 'min volatility'.",
            details={"objective": text},
        )
    metric = metric_of(match["metric"], "objective")
    if match["way"]:
        return Objective(metric.id, 1 if match["way"] == "max" else -1)
    return Objective(metric.id, _sign(metric, text, less=bool(match["less"])))


def _sign(metric: Metric, text: str, *, less: bool) -> int:
    """Return the catalogue's direction, or refuse where the words do not settle it."""
    if metric.better == "lower" or metric.id in _LOSSES:
        return -1 if metric.better == "lower" else 1
    if metric.better == "higher" and not less:
        return 1
    if metric.better == "none" and less:
        return -1
    what = "better high" if less else "neither better high nor low"
    raise InputError(
        "E_OBJECTIVE",
        f"objective: {text!r} is not clear, for {metric.id} is {what}.",
        fix=f"Say 'max {metric.id}' or 'min {metric.id}'.",
        details={"objective": text, "metric": metric.id, "better": metric.better},
    )
