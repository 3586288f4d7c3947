"""From what a caller knows of the world to what the engine reads beside the bars."""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from tradewright.core.bars import Bars
from tradewright.data.sessions import sessions_of
from tradewright.engine.rules import Rules
from tradewright.engine.types import ACCOUNT_EVENT, DIVIDEND, FUNDING, SPLIT, Flags, Surroundings
from tradewright.research.around.finer_bars import check_finer
from tradewright.research.around.payment_checks import check_payments
from tradewright.research.around.rates import rates_of
from tradewright.research.around.world import World
from tradewright.research.caution import Caution

_REASON = {"funding": FUNDING, "dividends": DIVIDEND, "splits": SPLIT}


def surroundings_of(
    bars: Bars, rules: Rules, world: World, start: int = 0
) -> tuple[Surroundings, list[Caution]]:
    """Return what lies around `bars` as far as `rules` ask for it, and what limits the trust in it.

    Parameters
    ----------
    bars
        The series as the run sees it.
    start
        Index of the window's first bar; nothing before it is counted.

    Raises
    ------
    InputError
        ``E_NO_RATE`` when the account's currency is not the instrument's and no rates of the two are given;
        ``E_FINER`` for finer bars of another symbol or of a length that does not divide the bars';
        ``E_CALENDAR_RANGE`` when sessions are asked for that the calendar has no schedule of.
    DataError
        ``E_EVENT`` for a dividend above the price.
    """
    rate_open, rate_close, about_rates = rates_of(bars, rules.currency, world.rates, start)
    session_end, about_sessions = _session_ends(bars, rules, start)
    surroundings = Surroundings(
        rate_open=rate_open,
        rate_close=rate_close,
        session_end=session_end,
        events=_events(world),
        finer=world.finer if rules.intrabar == "magnified" else None,
    )
    said = [
        *about_rates,
        *about_sessions,
        *check_payments(bars, world),
        *check_finer(bars, world.finer, rules, start),
    ]
    return surroundings, said


def _session_ends(bars: Bars, rules: Rules, start: int) -> tuple[Flags | None, list[Caution]]:
    if not rules.session_end and rules.entry.lifetime != "session":
        return None, []
    ends = sessions_of(bars).ends(bars.time, bars.close_time)
    missed = int((ends.missed > bars.time[start]).sum())
    return ends.reached, list(_missed(bars.instrument.calendar.id, missed))


def _missed(calendar: str, count: int) -> Iterator[Caution]:
    if count:
        text = (
            f"sessions of {calendar} that ended where there is no bar: {count:,}; a position went on "
            "into the next."
        )
        yield Caution("W_SESSION_MISSED", text, count)


def _events(world: World) -> npt.NDArray[np.void] | None:
    parts: list[npt.NDArray[np.void]] = []
    for kind, payments in world.payments().items():
        part = np.zeros(len(payments), ACCOUNT_EVENT)
        part["time"], part["reason"], part["value"] = payments.time, _REASON[kind], payments.value
        parts.append(part)
    if not parts:
        return None
    events = np.concatenate(parts)
    return events[np.lexsort((events["reason"], events["time"]))]
