"""Pictures: whole by themselves, in both looks, saying what they show and what they leave out."""

import re
from xml.etree import ElementTree as ET

import numpy as np
import polars as pl
import pytest

from tradewright.core.errors import InputError, ParameterError, UnknownNameError
from tradewright.reports.sweeps.pictures import SweepPictures

NAMES = {"s": "http://www.w3.org/2000/svg"}
KINDS = ("heatmap", "contour", "parallel")


def grid():
    """Sharpe rises to fast 4, slow 30; it is undefined where fast is 1."""
    fast, slow = (part.ravel() for part in np.meshgrid(np.arange(1, 7), np.arange(10, 60, 10)))
    sharpe = np.where(fast == 1, np.nan, 2.0 - (fast - 4.0) ** 2 / 4 - (slow - 30.0) ** 2 / 400)
    return pl.DataFrame({"fast": fast, "slow": slow, "sharpe": sharpe, "volatility": fast / 10})


def pictures(table=None, axes=("fast", "slow"), **further):
    return SweepPictures(grid() if table is None else table, axes, "ma_crossover on <GOOG> & co", **further)


def tree(picture):
    return ET.fromstring(picture.svg)  # noqa: S314 - our own


def texts(picture):
    return [text.text or "" for text in tree(picture).iterfind(".//s:text", NAMES)]


def said(picture):
    return " ".join(texts(picture))


@pytest.mark.parametrize("kind", KINDS)
def test_picture_is_whole_by_itself_in_both_looks(kind):
    picture = getattr(pictures(), kind)()
    root = tree(picture)
    assert "prefers-color-scheme:dark" in picture.svg
    assert "max-width:560px" in picture.svg
    for link in re.findall(r'(?:href|src)="([^"]*)"|url\(([^)]*)\)', picture.svg):
        assert "".join(link).startswith(("data:", "#"))
    assert "ma_crossover on <GOOG> & co" in said(picture)
    assert root.get("aria-label", "").startswith("ma_crossover on <GOOG> & co")
    left, top, width, height = map(float, root.get("viewBox", "").split())
    assert (left, top, width) == (0, 0, 720)
    inside = [float(text.get("y", "")) for text in root.iterfind("./s:text", NAMES)]
    assert 0 < min(inside) <= max(inside) < height


@pytest.mark.parametrize("kind", ["heatmap", "contour"])
def test_best_and_plateau_are_named_with_their_values(kind):
    words = said(getattr(pictures(), kind)("fast", "slow", "sharpe"))
    assert "best: fast 4, slow 30: 2.00" in words
    around = [2 - (f - 4) ** 2 / 4 - (s - 30) ** 2 / 400 for f in (3, 4, 5) for s in (20, 30, 40)]
    assert f"best plateau: fast 4, slow 30: median {np.median(around):.2f} of 9 cells" in words
    assert "Sharpe ratio" in words
    assert "hatched: undefined" in words
    assert "fast →" in words
    assert "slow ↑" in words


def test_cells_tell_their_value_where_the_pointer_is():
    root = tree(pictures().heatmap())
    told = [title.text for title in root.iterfind(".//s:title", NAMES)]
    assert len(told) == 30
    assert "fast 4, slow 30: 2.00" in told
    assert "fast 1, slow 10: \N{EM DASH}" in told


def test_lower_is_better_where_the_catalogue_says_so():
    words = said(pictures().heatmap(metric="volatility"))
    assert "best: fast 1, slow 10: 10.0 %" in words


def test_parameters_that_are_not_shown_are_aggregated_and_named():
    table = pl.concat(
        [grid().with_columns(stop=pl.lit(float(stop)), sharpe=pl.col("sharpe") - stop) for stop in (0, 1)]
    )
    made = pictures(table.select("fast", "slow", "stop", "sharpe"), ("fast", "slow", "stop"))
    best, median = made.heatmap("fast", "slow"), made.heatmap("fast", "slow", over="median")
    assert "highest over stop" in said(best)
    assert "best: fast 4, slow 30: 2.00" in said(best)
    assert "median over stop" in said(median)
    assert "best: fast 4, slow 30: 1.50" in said(median)


def test_words_and_none_have_cells_of_their_own_but_no_contour():
    table = pl.DataFrame(
        {"stop": [None, "1%", "2atr"] * 2, "side": ["long"] * 3 + ["short"] * 3, "calmar": range(6)}
    )
    made = pictures(table, ("stop", "side"))
    words = texts(made.heatmap())
    assert {"none", "1%", "2atr", "long", "short"} <= set(words)
    with pytest.raises(InputError, match="no numbers") as refused:
        made.contour()
    assert refused.value.code == "E_AXIS"


def test_drawn_combinations_are_put_into_parts_and_contours_between_them_say_so():
    rng = np.random.default_rng(3)
    a, b = rng.random((2, 120))
    table = pl.DataFrame({"a": a, "b": b, "sharpe": a + b})
    made = pictures(table, ("a", "b"))
    assert "a in 7 parts; b in 7 parts" in said(made.heatmap())
    few = pictures(table.head(9), ("a", "b"))
    assert "mean weighted by distance" in said(few.contour())


def test_contour_lines_lie_where_the_value_is():
    a, b = (part.ravel() for part in np.meshgrid(np.arange(0, 11), np.arange(0, 11)))
    drawn = pictures(pl.DataFrame({"a": a, "b": b, "k_ratio": a / 1.0}), ("a", "b")).contour()
    frame = next(tree(drawn).iterfind(".//s:rect[@class='f']", NAMES))
    left, width = float(frame.get("x", "")), float(frame.get("width", ""))
    paths = [p.get("d", "") for p in tree(drawn).iterfind(".//s:path", NAMES) if p.get("class") == "iso"]
    places = [{float(x) for x, _ in re.findall(r"[ML]([\d.]+) ([\d.]+)", path)} for path in paths]
    levels = [round((10 * (place.pop() - left) / width), 1) for place in places if len(place) == 1]
    assert levels == [2.0, 4.0, 6.0, 8.0]


def test_what_breaks_a_constraint_is_left_out_and_counted():
    table = grid()
    made = pictures(table, allowed=table["fast"].to_numpy() < 4)
    assert "15 combinations break a constraint" in said(made.heatmap())
    assert "best: fast 3, slow 30: 1.75" in said(made.heatmap())


def test_nothing_defined_is_said():
    table = grid().with_columns(sharpe=pl.lit(None, pl.Float64))
    for kind in KINDS:
        getattr(pictures(table), kind)()
    assert "no combination has a value" in said(pictures(table).heatmap())


def test_parallel_draws_some_of_many_and_marks_the_best():
    rng = np.random.default_rng(0)
    table = pl.DataFrame({"a": rng.integers(0, 50, 5000), "b": rng.random(5000)}).with_columns(
        sharpe=pl.col("b")
    )
    picture = pictures(table, ("a", "b")).parallel()
    lines = tree(picture).findall(".//s:polyline[@class='c']", NAMES)
    assert len(lines) == 500
    assert "The best 250 of 5,000 combinations" in said(picture)
    row = table.row(int(table["sharpe"].arg_max()), named=True)
    assert f"best: a {row['a']}" in said(picture)


def test_many_combinations_make_a_small_picture():
    a = np.arange(50_000)
    table = pl.DataFrame(
        {"a": a % 250, "b": a // 250, "sharpe": np.sin(a % 250 / 40) * np.cos(a // 250 / 30)}
    )
    for kind in KINDS:
        assert len(getattr(pictures(table, ("a", "b")), kind)().svg) < 400_000


@pytest.mark.parametrize(
    ("arguments", "error", "match"),
    [
        ({"x": "fats"}, UnknownNameError, "'fast'"),
        ({"metric": "sharp"}, UnknownNameError, "'sharpe'"),
        ({"x": "fast", "y": "fast"}, InputError, "two different"),
        ({"over": "mean"}, ParameterError, "median"),
    ],
)
def test_names_that_are_not_there_are_refused(arguments, error, match):
    with pytest.raises(error) as refused:
        pictures().heatmap(**arguments)
    assert re.search(match, str(refused.value))


def test_one_parameter_has_no_plane():
    table = grid().filter(pl.col("slow") == 10).drop("slow")
    with pytest.raises(InputError) as refused:
        pictures(table, ("fast",)).heatmap()
    assert refused.value.code == "E_AXIS"
    assert "fast" in said(pictures(table, ("fast",)).parallel())


def test_picture_is_saved_as_svg_or_page_and_nothing_else(tmp_path):
    picture = pictures().heatmap()
    assert picture.save(tmp_path / "map.svg").read_text() == picture.svg
    page = picture.save(tmp_path / "map.html").read_text()
    assert picture.svg in page
    assert "<title>ma_crossover on &lt;GOOG&gt; &amp; co</title>" in page
    with pytest.raises(InputError) as refused:
        picture.save(tmp_path / "map.svg")
    assert refused.value.code == "E_PAGE_EXISTS"
    picture.save(tmp_path / "map.svg", overwrite=True)
    for name in ("map.png", "map"):
        with pytest.raises(ParameterError, match=r"\.svg or \.html"):
            picture.save(tmp_path / name)
    assert picture._repr_html_() == picture.svg
