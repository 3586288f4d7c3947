"""A second engine, slow and plain, written from the rules of the engine alone.

It shares with the production engine only the words of its border (`Rules`, `Signals`, the constants):
agreement of the two, bar for bar, is the evidence that either reads the rules correctly. Numbers of
the form (3.2) name the rule that a line carries out.
"""

from tests.reference.records import Fill, Outcome, Trade
from tests.reference.simulator import levels_over, reference_simulate

__all__ = ["Fill", "Outcome", "Trade", "levels_over", "reference_simulate"]
