"""What each profile's numbers are, and in what they differ from ours; the docs page is made from it."""

from dataclasses import dataclass

from tradewright.metrics.profiles import (
    backtesting_catalog,
    empyrical_catalog,
    quantstats_catalog,
    vectorbt_catalog,
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One number of one package.

    Attributes
    ----------
    name
        As the package calls it; the key in the result of ``profile``.
    formula
        Plain text, complete enough to compute it by.
    ours
        Id of our nearest metric, or empty when we have none.
    difference
        In what it differs from ours, beyond what the package's ``notes`` say of all of them.
    """

    name: str
    formula: str
    ours: str
    difference: str


@dataclass(frozen=True, slots=True)
class Package:
    """One profile.

    Attributes
    ----------
    name, version
        The package, and the version that the profile is equal to.
    notes
        What holds for all of its numbers, a Markdown list.
    entries
        In the order of the result.
    """

    name: str
    version: str
    notes: str
    entries: tuple[Entry, ...]


CATALOG: tuple[Package, ...] = tuple(
    Package(name, version, table.NOTES, tuple(Entry(*row) for row in table.ROWS))
    for name, version, table in (
        ("quantstats", "0.0.86", quantstats_catalog),
        ("empyrical", "0.7.1", empyrical_catalog),
        ("backtesting.py", "0.6.6", backtesting_catalog),
        ("vectorbt", "1.2.0", vectorbt_catalog),
    )
)
