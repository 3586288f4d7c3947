// The trade table without its looks: which trades, in which order, and what they are as CSV.
import { clock, digits, iso, reasonWords } from "./words.mjs";

export const FIELDS = [
  "entry_time", "exit_time", "side", "quantity", "entry_price", "exit_price", "pnl", "return", "fees",
  "bars_held", "exit_reason", "mae", "mfe",
];

// What runs of older versions lack.
const FURTHER = ["carry", "entries", "exits"];
const COUNTS = ["bars_held", "entries", "exits"];
const OUTCOMES = ["loss", "even", "win"];

// One object a trade, with the doubles of the JSON; null where JSON has null.
export function tradesOf(columns, { closed, reasons }) {
  const number = (name, i) => (Number.isNaN(columns[name][i]) ? null : columns[name][i]);
  const further = FURTHER.filter((name) => name in columns);
  return Array.from(columns.side, (side, i) => ({
    index: i,
    open: i >= closed,
    side: side > 0 ? "long" : "short",
    exit_reason: reasons[columns.reason[i]],
    entry_time: columns.entry_time[i],
    exit_time: columns.exit_time[i],
    entry_ns: columns.entry_ns?.[i] ?? 0, // fractions of a second, where there are any
    exit_ns: columns.exit_ns?.[i] ?? 0,
    outcome: OUTCOMES[columns.outcome[i] + 1],
    entry_bar: columns.entry_bar[i],
    exit_bar: columns.exit_bar[i],
    ...Object.fromEntries(
      ["quantity", "entry_price", "exit_price", "pnl", "return", "fees", "bars_held", "mae", "mfe", ...further].map(
        (name) => [name, number(name, i)],
      ),
    ),
  }));
}

// Trades of several parts get their fills, for the chart.
export function withParts(trades, { trade, bar, price, buys }) {
  Array.from(trade, (index, i) => {
    const parts = (trades[index].parts ??= []);
    parts.push({ bar: bar[i], price: price[i], buys: buys[i] > 0 });
  });
  return trades;
}

export function why(trade) {
  return trade.open ? "open, marked" : reasonWords(trade.exit_reason);
}

// Every word must be in what the row says: dates, side, reason; #12 is the trade of that number, and so
// is #1,234 as the table shows it.
export function chosen(trades, { side = "", result = "", reason = "", text = "" }) {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  return trades.filter((trade) => {
    if (side && trade.side !== side) return false;
    if (result && (result === "open" ? !trade.open : trade.outcome !== result)) return false;
    if (reason && (trade.open || trade.exit_reason !== reason)) return false;
    if (!words.length) return true;
    return words.every((word) => (word[0] === "#" ? word.replaceAll(",", "") === `#${trade.index + 1}` : said(trade).includes(word)));
  });
}

function said(trade) {
  trade.said ??= `${clock(trade.entry_time)} ${clock(trade.exit_time)} ${trade.side} ${why(trade)}`;
  return trade.said;
}

// What has no number stands last either way; equal rows keep the order of the run.
export function sorted(trades, field, descending) {
  const factor = descending ? -1 : 1;
  const key = (trade) => (field === "exit_reason" ? why(trade) : trade[field]);
  return [...trades].sort((one, other) => {
    const [a, b] = [key(one), key(other)];
    if (a === null || b === null) return (a === null) - (b === null) || one.index - other.index;
    return (a < b ? -factor : a > b ? factor : 0) || one.index - other.index;
  });
}

export function csv(trades) {
  const cell = (trade, name) => {
    const value = trade[name];
    if (name.endsWith("_time")) return iso(value, trade[name.replace("time", "ns")]);
    if (value === null) return "";
    return typeof value === "number" && !COUNTS.includes(name) ? digits(value) : String(value);
  };
  const closed = trades.filter((trade) => !trade.open);
  const fields = [...FIELDS, ...FURTHER.filter((name) => trades.length && name in trades[0])];
  return [fields, ...closed.map((trade) => fields.map((name) => cell(trade, name)))]
    .map((row) => row.join(",") + "\n")
    .join("");
}
