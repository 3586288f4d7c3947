import assert from "node:assert/strict";
import { test } from "node:test";
import { detailOf, marksIn, moved, overviewOf, points } from "../../../../src/tradewright/reports/html/assets/curves.mjs";
import { cellsOf } from "../../../../src/tradewright/reports/html/assets/scatter.mjs";

const numbers = (n, from = 0) => Float64Array.from({ length: n }, (_, i) => from + i);

test("a bar of the overview is found in the candle that holds it", () => {
  const level = overviewOf({ time: numbers(4) }, 10);
  assert.deepEqual([level.at(0), level.at(9), level.at(10), level.at(39)], [0, 0, 1, 3]);
});

test("detail is the stretch that holds the whole trade, and none when a part is missing", () => {
  const spans = { starts: [100, 300], stops: [110, 305] };
  const columns = { time: numbers(15), close: numbers(15, 500) };
  const level = detailOf(columns, spans, { entry_bar: 301, exit_bar: 304 });
  assert.deepEqual([...level.columns.close], [510, 511, 512, 513, 514]);
  assert.equal(level.at(301), 1);
  assert.equal(detailOf(columns, spans, { entry_bar: 108, exit_bar: 110 }), null);
  assert.equal(detailOf(columns, spans, { entry_bar: 200, exit_bar: 201 }), null);
});

test("a stretch marks the trades that touch it and no other", () => {
  const trades = [[90, 95], [95, 101], [105, 200], [110, 120]].map(([entry_bar, exit_bar]) => ({ entry_bar, exit_bar }));
  const level = detailOf({ time: numbers(10) }, { starts: [100], stops: [110] }, { entry_bar: 101, exit_bar: 102 });
  assert.deepEqual(marksIn(level, trades).map(({ from, to }) => [from, to]), [[-5, 1], [5, 100]]);
});

test("points have whole seconds", () => {
  const made = points({ columns: { time: [1.5, 2.5] } }, (i) => ({ value: i }));
  assert.deepEqual(made, [{ time: 1, value: 0 }, { time: 2, value: 1 }]);
});

test("cells of the scatter count every trade once", () => {
  const trades = [[0, 0], [0, 0], [-0.1, 0.2], [-0.05, 0.1]].map(([mae, mfe]) => ({ mae, mfe, pnl: mfe }));
  const cells = cellsOf(trades, -0.1, 0.2);
  assert.equal(cells.reduce((sum, cell) => sum + cell.trades, 0), 4);
  assert.deepEqual(cells.map((cell) => cell.trades), [2, 1, 1]);
  assert.equal(Math.max(...cells.map((cell) => cell.weight)), 1);
});

test("moving and zooming never leaves the data", () => {
  const whole = { from: -0.5, to: 99.5 };
  assert.deepEqual(moved(whole, [-0.3, 0.3], 100), whole);
  assert.deepEqual(moved(whole, [0.1, 0.1], 100), whole);
  assert.deepEqual(moved({ from: 80, to: 95 }, [1, 1], 100), { from: 84.5, to: 99.5 });
  assert.deepEqual(moved({ from: 20, to: 40 }, [0.25, -0.25], 100), { from: 25, to: 35 });
  assert.deepEqual(moved({ from: 20, to: 25 }, [0.2, -0.2], 100), { from: 21, to: 26 });
  assert.deepEqual(moved({ from: -40, to: 140 }, [-0.3, 0.3], 1), { from: -0.5, to: 0.5 });
});
