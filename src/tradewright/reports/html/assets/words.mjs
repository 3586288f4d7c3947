// Numbers and times as people read them: a true minus, one number of decimals down a column, powers from
// 1e15 on.

export const NOTHING = "—";

export function fixed(value, decimals, { sign = false } = {}) {
  if (!Number.isFinite(value)) return NOTHING;
  const size = Math.abs(value);
  const places = { minimumFractionDigits: decimals, maximumFractionDigits: decimals };
  const text = size < 1e15 ? size.toLocaleString("en-US", places) : size.toExponential(3);
  const zero = !/[1-9]/.test(text);
  return (value < 0 && !zero ? "−" : sign && !zero ? "+" : "") + text;
}

export function percent(fraction, options) {
  return fixed(100 * fraction, 2, options);
}

// As many decimals as nine of ten prices have, from two to eight: a few odd ones must not widen a column.
export function priceDecimals(prices) {
  const step = Math.max(1, Math.floor(prices.length / 500));
  const few = prices.filter((_, i) => i % step === 0);
  for (let decimals = 2; decimals < 8; decimals++) {
    const whole = few.filter((price) => Math.abs(price - Number(price.toFixed(decimals))) <= 1e-9 * price);
    if (whole.length >= 0.9 * few.length) return decimals;
  }
  return 8;
}

// As many decimals as tell the values of an axis apart, at most `most`.
export function rangeDecimals(values, most) {
  const range = values.reduce((high, value) => Math.max(high, value), -Infinity) - values.reduce((low, value) => Math.min(low, value), Infinity);
  return range > 0 ? Math.min(most, Math.max(0, 2 - Math.floor(Math.log10(range)))) : most;
}

// With what fraction of a second there is, in nanoseconds, as the JSON has it.
export function iso(seconds, nanoseconds = 0) {
  const whole = new Date(Math.floor(seconds) * 1000).toISOString().replace(".000Z", "");
  const fraction = nanoseconds ? `.${String(nanoseconds).padStart(9, "0").replace(/(000)+$/, "")}` : "";
  return `${whole}${fraction}Z`;
}

// A double as the CSV files of an export have it: all its digits, and a point.
export function digits(value) {
  const exponent = Number(value.toExponential().split("e")[1]);
  if (exponent < -5 || exponent >= 16) return value.toExponential();
  const text = Object.is(value, -0) ? "-0" : String(value);
  return text.includes(".") ? text : `${text}.0`;
}

export function clock(seconds, daily) {
  const text = iso(seconds);
  return daily ? text.slice(0, 10) : `${text.slice(0, 10)} ${text.slice(11, text.endsWith(":00Z") ? 16 : 19)}`;
}

export function reasonWords(reason) {
  return reason.replaceAll("_", " ");
}

export function count(n, one, many = `${one}s`) {
  return `${fixed(n, 0)} ${n === 1 ? one : many}`;
}
