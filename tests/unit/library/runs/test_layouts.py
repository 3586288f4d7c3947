"""Tables of a run as files: every bit comes back from both layouts, and nothing but tables comes out."""

import io

import numpy as np
import pytest

from tradewright.library.runs.layouts import ARRAYS, LAYOUTS, NEWEST, PARQUET, TornError
from tradewright.library.tables import as_polars

COLUMNS = {
    "entry_time": np.array([0, 1, 2**62, -1], np.int64),
    "side": np.array(["long", "short", "long", ""]),
    "pnl": np.array([np.nan, -0.0, np.inf, 5e-324]),
    "bars_held": np.array([0, 1, 2**40, -5], np.int64),
    "return": np.array([0.1, 0.2, 0.1 + 0.2, -np.inf]),
}
EMPTY = {name: column[:0] for name, column in COLUMNS.items()}


@pytest.mark.parametrize("columns", [COLUMNS, EMPTY])
@pytest.mark.parametrize("layout", LAYOUTS.values())
def test_every_bit_comes_back(layout, columns):
    content = layout.pack(as_polars(columns) if layout is PARQUET else columns)
    found = layout.unpack(content)
    assert list(found) == list(columns)
    for name, column in columns.items():
        assert found[name].dtype.kind == column.dtype.kind, name
        assert found[name].tolist() == column.tolist() or found[name].tobytes() == column.tobytes(), name


def test_same_tables_make_the_same_file():
    assert ARRAYS.pack(COLUMNS) == ARRAYS.pack(dict(COLUMNS))


def test_columns_that_are_views_into_records_are_written_whole():
    records = np.zeros(3, [("pnl", np.float64), ("fees", np.float64)])
    records["fees"] = [1.5, 2.5, 3.5]
    assert ARRAYS.unpack(ARRAYS.pack({"fees": records["fees"]}))["fees"].tolist() == [1.5, 2.5, 3.5]


def _objects():
    content = io.BytesIO()
    np.savez(content, pnl=np.array([{"code": 1}], dtype=object))
    return content.getvalue()


@pytest.mark.parametrize("layout", LAYOUTS.values())
@pytest.mark.parametrize("content", [b"", b"rows", ARRAYS.pack(COLUMNS)[:-30], b"PK\x03\x04" + b"x" * 90])
def test_what_is_no_table_is_torn(layout, content):
    with pytest.raises(TornError):
        layout.unpack(content)


def test_arrays_of_objects_are_refused():
    with pytest.raises(TornError):
        ARRAYS.unpack(_objects())


def test_single_array_is_no_table():
    content = io.BytesIO()
    np.save(content, np.zeros(2))
    with pytest.raises(TornError):
        ARRAYS.unpack(content.getvalue())


def test_numbers_of_the_layouts_stay_what_they_are():
    """They stand in the folders that people have."""
    assert (PARQUET.format, ARRAYS.format, NEWEST) == (2, 3, 3)
