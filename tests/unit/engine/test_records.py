"""The records that compiled and interpreted code share."""

import numpy as np
import pytest

from tradewright.engine.state import BOOK
from tradewright.engine.terms import TERMS


@pytest.mark.parametrize("record", [BOOK, TERMS], ids=["book", "terms"])
def test_record_fields_are_not_hidden_by_attributes_of_numpy(record: np.dtype[np.void]) -> None:
    # Compiled code reads the field of that name, interpreted code the attribute.
    assert not set(record.names or ()) & set(dir(np.record))
