"""Running a plan over bars: truth arrays by Kleene logic, then the signals the engine trades on."""

import numpy as np
import numpy.typing as npt

from tradewright.core.bars import Bars
from tradewright.core.errors import DataError, DocumentError, InputError
from tradewright.core.sessions import in_session
from tradewright.engine.types import Signals
from tradewright.kernels import truth
from tradewright.kernels.truth import Truth
from tradewright.strategy.columns import Columns
from tradewright.strategy.document.market import MarketContext
from tradewright.strategy.plan import Condition, Group, Node, Operand, PlacedPrice, Plan, Role

Flags = npt.NDArray[np.bool_]

_COMPARISONS = {
    ">": truth.GREATER,
    ">=": truth.GREATER_EQUAL,
    "<": truth.LESS,
    "<=": truth.LESS_EQUAL,
    "==": truth.EQUAL,
    "!=": truth.NOT_EQUAL,
}


def signals_of(plan: Plan, bars: Bars, tie_tolerance: float) -> Signals:
    """Evaluate a plan at every close.

    Parameters
    ----------
    tie_tolerance
        Relative width of a tie (engine.md 2.2).

    Returns
    -------
    Signals
        True where a block is true; unknown is not true. Filters and the session hold back entries only.
        Columns hold the prices that levels and entries of the document stand at.

    Raises
    ------
    DocumentError
        When a price of the document asks for a timeframe that the bars do not add up to, or for volume
        that they lack.
    InputError
        When the plan asks for a timeframe that the bars do not add up to, or for a session on bars of a
        day or longer.
    """
    columns = Columns(bars)
    run = Evaluation(columns, tie_tolerance)
    gate = _gate(plan, bars, run)
    return Signals(
        long_entry=_entry(plan, "long_entry", run, gate),
        long_exit=_fired(plan, "long_exit", run),
        short_entry=_entry(plan, "short_entry", run, gate),
        short_exit=_fired(plan, "short_exit", run),
        columns={name: _at(price, columns) for name, price in plan.prices.items()},
    )


def _at(price: PlacedPrice, columns: Columns) -> npt.NDArray[np.float64]:
    """Return a price at every bar; what is wrong with its operand points into the document."""
    try:
        return columns.array(price.operand)
    except (InputError, DataError) as wrong:
        raise DocumentError(wrong.code, price.path, wrong.message, fix=wrong.fix, **wrong.details) from wrong


class Evaluation:
    """One pass over one series; equal conditions and groups are evaluated once."""

    def __init__(self, columns: Columns, tie_tolerance: float) -> None:
        self._columns = columns
        self._tolerance = tie_tolerance
        self._known: dict[Node, Truth] = {}

    def decide(self, node: Node) -> Truth:
        """Return FALSE, UNKNOWN or TRUE at every bar (uint8); shared, not to be written to."""
        if node not in self._known:
            self._known[node] = self._condition(node) if isinstance(node, Condition) else self._group(node)
        return self._known[node]

    def _condition(self, condition: Condition) -> Truth:
        found = self._compared(condition)
        if condition.for_last > 1:
            found = truth.for_last(found, condition.for_last)
        if condition.within_last > 1:
            found = truth.within_last(found, condition.within_last)
        return found

    def _compared(self, condition: Condition) -> Truth:
        if condition.operator in {"rising", "falling"}:
            return self._moved(condition.left, condition.operator == "rising")
        left = self._columns.array(condition.left)
        right = [self._columns.array(operand) for operand in condition.right]
        match condition.operator:
            case "crosses_above" | "crosses_below":
                return truth.cross(left, right[0], condition.operator == "crosses_above", self._tolerance)
            case "between" | "outside":
                return truth.within(
                    left, right[0], right[1], condition.operator == "between", self._tolerance
                )
            case _:
                return truth.compare(left, right[0], _COMPARISONS[condition.operator], self._tolerance)

    def _moved(self, operand: Operand, upward: bool) -> Truth:
        """Compare each value with the one before on the operand's own bars, then show it on the run's."""
        bars, values = self._columns.own(operand)
        moved = _moved(values, upward, self._tolerance)
        if bars is self._columns.bars:
            return moved
        shown = self._columns.shown(bars, moved.astype(np.float64))
        return np.where(np.isnan(shown), truth.UNKNOWN, shown).astype(np.uint8)

    def _group(self, group: Group) -> Truth:
        members = [self.decide(member) for member in group.members]
        if group.match == "all":
            return _reduced(np.minimum, members)
        if group.match == "at_least":
            return _at_least(members, group.count)
        either = _reduced(np.maximum, members)
        return either if group.match == "any" else truth.TRUE - either


def _entry(plan: Plan, role: Role, run: Evaluation, gate: Flags | None) -> Flags | None:
    fired = _fired(plan, role, run)
    return fired if fired is None or gate is None else np.logical_and(fired, gate, out=fired)


def _fired(plan: Plan, role: Role, run: Evaluation) -> Flags | None:
    return run.decide(plan.nodes[role]) == truth.TRUE if role in plan.nodes else None


def _gate(plan: Plan, bars: Bars, run: Evaluation) -> Flags | None:
    """Return where entries are let through, None for everywhere."""
    gate = _fired(plan, "filter", run)
    inside = in_session_of(plan.market, bars)
    if inside is None:
        return gate
    return inside if gate is None else np.logical_and(gate, inside, out=gate)


def in_session_of(market: MarketContext, bars: Bars) -> Flags | None:
    """Return which bars close in the session that a document asks for, None when it asks for none.

    Raises
    ------
    InputError
        ``E_SESSION`` for bars of a day or longer.
    """
    session = market.session
    if session is None:
        return None
    if not bars.timeframe.is_intraday:
        raise InputError(
            "E_SESSION",
            f"the session '{session}' cannot be told apart on {bars.timeframe} bars.",
            fix="Use bars shorter than a day, or drop the session.",
            details={"session": session, "timeframe": str(bars.timeframe)},
        )
    return in_session(bars.close_time, session)


def _moved(values: npt.NDArray[np.float64], upward: bool, tolerance: float) -> Truth:
    """Compare each value with the one before; the first is unknown."""
    out = np.empty(values.size, np.uint8)
    out[:1] = truth.UNKNOWN
    code = truth.GREATER if upward else truth.LESS
    if values.size > 1:
        out[1:] = truth.compare(values[1:], values[:-1], code, tolerance)
    return out


def _reduced(ufunc: np.ufunc, members: list[Truth]) -> Truth:
    """Combine without touching the members, which other groups may share."""
    if len(members) == 1:
        return members[0]
    out = ufunc(members[0], members[1])
    for member in members[2:]:
        ufunc(out, member, out=out)
    return out


def _at_least(members: list[Truth], count: int) -> Truth:
    """Say true when k members are true, false when k can no longer be, else unknown."""
    known = np.zeros(members[0].size, np.uint16)
    possible = np.zeros(members[0].size, np.uint16)
    for member in members:
        known += member == truth.TRUE
        possible += member != truth.FALSE
    out = (possible >= count).astype(np.uint8)
    out += known >= count
    return out
