import assert from "node:assert/strict";
import { test } from "node:test";
import { chosen, csv, sorted, tradesOf, withParts } from "../../../../src/tradewright/reports/html/assets/rows.mjs";

const DAY = 86400;
const columns = {
  side: [1, -1, 1, 1],
  reason: [1, 0, 1, 0],
  entry_time: [DAY, 5 * DAY, 9 * DAY + 60, 12 * DAY],
  exit_time: [3 * DAY, 6 * DAY, 10 * DAY, 13 * DAY],
  entry_bar: [1, 5, 9, 12],
  exit_bar: [3, 6, 10, 13],
  quantity: [0.1 + 0.2, 2, 3, 4],
  entry_price: [10, 11, 12, 13],
  exit_price: [11, 12, 12, 14],
  pnl: [5, -2.5, 1e-13, 1],
  outcome: [1, -1, 0, 1],
  return: [0.1, -0.1, 0, 0.1],
  fees: [1, 1, 1, 1],
  bars_held: [2, 1, 1, 1],
  mae: [-0.01, -0.2, NaN, 0],
  mfe: [0.2, 0, 0.1, 0.1],
};
const trades = () => tradesOf(columns, { closed: 3, reasons: ["end_of_data", "stop_loss"] });
const numbers = (list) => list.map((trade) => trade.index + 1);

test("trades keep their doubles; what has no number is null; the last are open", () => {
  const [first, , third, fourth] = trades();
  assert.equal(first.quantity, 0.30000000000000004);
  assert.equal(third.mae, null);
  assert.deepEqual([first.open, fourth.open], [false, true]);
  assert.equal(first.exit_reason, "stop_loss");
});

test("filters add up, and open trades have no exit reason to be found by", () => {
  assert.deepEqual(numbers(chosen(trades(), { side: "long" })), [1, 3, 4]);
  assert.deepEqual(numbers(chosen(trades(), { side: "long", result: "win" })), [1, 4]);
  assert.deepEqual(numbers(chosen(trades(), { result: "open" })), [4]);
  assert.deepEqual(numbers(chosen(trades(), { reason: "end_of_data" })), [2]);
  assert.deepEqual(numbers(chosen(trades(), { text: "1970-01-10 stop" })), [3]);
  assert.deepEqual(numbers(chosen(trades(), { text: "#4" })), [4]);
  assert.deepEqual(numbers(chosen(trades(), { text: "#" })), []);
  const many = Array.from({ length: 1300 }, (_, index) => ({ ...trades()[0], index }));
  assert.deepEqual(numbers(chosen(many, { text: "#1,234" })), [1234]);
});

test("sorting goes both ways, keeps the order of equals, and puts nothing last", () => {
  assert.deepEqual(numbers(sorted(trades(), "pnl", true)), [1, 4, 3, 2]);
  assert.deepEqual(numbers(sorted(trades(), "return", true)), [1, 4, 3, 2]);
  assert.deepEqual(numbers(sorted(trades(), "mae", false)), [2, 1, 4, 3]);
  assert.deepEqual(numbers(sorted(trades(), "mae", true)), [4, 1, 2, 3]);
});

test("CSV has every digit of the closed trades and nothing of the open ones", () => {
  const lines = csv(trades()).split("\n");
  assert.equal(lines.length, 5);
  assert.equal(lines[0].split(",")[0], "entry_time");
  assert.equal(lines[1], "1970-01-02T00:00:00Z,1970-01-04T00:00:00Z,long,0.30000000000000004,10.0,11.0,5.0,0.1,1.0,2,stop_loss,-0.01,0.2");
  assert.ok(lines[3].endsWith("stop_loss,,0.1"));
});

test("times keep the fractions of a second that they have", () => {
  const [first] = tradesOf({ ...columns, entry_ns: [123000000, 0, 0, 0] }, { closed: 3, reasons: ["end_of_data", "stop_loss"] });
  const line = csv([first]).split("\n")[1];
  assert.ok(line.startsWith("1970-01-02T00:00:00.123Z,1970-01-04T00:00:00Z,"));
});

test("a trade without profit or loss is neither won nor lost", () => {
  assert.deepEqual(trades().map((trade) => trade.outcome), ["win", "loss", "even", "win"]);
  assert.deepEqual(numbers(chosen(trades(), { result: "even" })), [3]);
});

test("csv has the further columns of a run that has them", () => {
  const further = { carry: [-1.5, 0, 0, 0], entries: [1, 2, 1, 1], exits: [3, 1, 1, 0] };
  const [heading, first] = csv(tradesOf({ ...columns, ...further }, { closed: 3, reasons: ["end_of_data", "stop_loss"] })).split("\n");
  assert.match(heading, /,mae,mfe,carry,entries,exits$/);
  assert.match(first, /,-1\.5,1,3$/);
  assert.match(csv(trades()).split("\n")[0], /,mae,mfe$/);
});

test("parts come to their trades in order", () => {
  const found = withParts(trades(), { trade: [1, 1], bar: [4, 6], price: [10, 11], buys: [1, 0] });
  assert.deepEqual(found[1].parts, [{ bar: 4, price: 10, buys: true }, { bar: 6, price: 11, buys: false }]);
  assert.equal(found[0].parts, undefined);
});
