import assert from "node:assert/strict";
import { test } from "node:test";
import { clock, count, digits, fixed, iso, percent, priceDecimals, rangeDecimals } from "../../../../src/tradewright/reports/html/assets/words.mjs";

test("numbers have a true minus, and none before what was rounded to zero", () => {
  assert.equal(fixed(-1234.5, 2), "−1,234.50");
  assert.equal(fixed(-0.001, 2), "0.00");
  assert.equal(fixed(0.5, 1, { sign: true }), "+0.5");
  assert.equal(fixed(0, 1, { sign: true }), "0.0");
  assert.equal(fixed(NaN, 2), "—");
  assert.equal(fixed(-1.5e300, 2), "−1.500e+300");
  assert.equal(percent(0.12345), "12.35"); // 12.345 is a little more in binary
});

test("times are UTC whatever the reader's zone is", () => {
  assert.equal(iso(1262304000), "2010-01-01T00:00:00Z");
  assert.equal(clock(1262304000, true), "2010-01-01");
  assert.equal(clock(1262304060, false), "2010-01-01 00:01");
  assert.equal(clock(1262304061, false), "2010-01-01 00:01:01");
});

test("prices get the decimals that nine of ten of them have", () => {
  assert.equal(priceDecimals(Float64Array.from([100.1, 99.25, 98])), 2);
  assert.equal(priceDecimals(Float64Array.from([1.30577, 1.3, 1.30571])), 5);
  assert.equal(priceDecimals(Float64Array.from([...Array(19).fill(100.25), 100.12345])), 2);
  assert.equal(priceDecimals(Float64Array.from([0.00001234])), 8);
});

test("a count agrees with its noun", () => {
  assert.equal(count(1, "trade"), "1 trade");
  assert.equal(count(1200, "trade"), "1,200 trades");
});

test("doubles are written as the export writes them", () => {
  const said = { 28184: "28184.0", 0.1: "0.1", "1e-5": "0.00001", "1.5e-6": "1.5e-6", 1e15: "1000000000000000.0", 1e16: "1e+16", "1.2345678901234568e17": "1.2345678901234568e+17", 0: "0.0" };
  for (const [value, text] of Object.entries(said)) assert.equal(digits(Number(value)), text);
  assert.equal(digits(-0), "-0.0");
  assert.equal(digits(-28184), "-28184.0");
});

test("an axis has the decimals that tell its values apart", () => {
  assert.equal(rangeDecimals([10000, 12000], 2), 0);
  assert.equal(rangeDecimals([10000, 10003], 2), 2);
  assert.equal(rangeDecimals([0.5, 0.51], 6), 4);
  assert.equal(rangeDecimals([10000, 10000], 2), 2);
});

test("times keep what fraction of a second there is", () => {
  assert.equal(iso(1262304000, 123000000), "2010-01-01T00:00:00.123Z");
  assert.equal(iso(1262304000, 7), "2010-01-01T00:00:00.000000007Z");
  assert.equal(iso(1262304000, 120000), "2010-01-01T00:00:00.000120Z");
});
