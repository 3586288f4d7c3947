// The curves of a run at two resolutions: the whole window, and bar by bar around a trade.

export const PRICES = ["open", "high", "low", "close"];

// { each, time, at(bar) -> position, columns } for the whole window.
export function overviewOf(columns, each) {
  return { each, columns, length: columns.time.length, at: (bar) => Math.floor(bar / each) };
}

// The same for the stretch of single bars that holds a trade; null where the page has none.
export function detailOf(columns, { starts, stops }, trade) {
  let offset = 0;
  for (let i = 0; i < starts.length; i++) {
    const length = stops[i] - starts[i];
    if (trade.entry_bar >= starts[i] && trade.exit_bar < stops[i]) {
      const part = Object.fromEntries(
        Object.entries(columns).map(([name, column]) => [name, column.subarray(offset, offset + length)]),
      );
      return { each: 1, columns: part, length, first: starts[i], last: stops[i] - 1, at: (bar) => bar - starts[i] };
    }
    offset += length;
  }
  return null;
}

// A range of places on the time axis with its ends moved by shares of its width: never wider than the data,
// never narrower than five places, and always within the data.
export function moved({ from, to }, [left, right], length) {
  const width = Math.max(5, to - from + (right - left) * (to - from));
  if (width >= length) return { from: -0.5, to: length - 0.5 };
  const start = Math.min(length - 0.5 - width, Math.max(-0.5, from + left * (to - from)));
  return { from: start, to: start + width };
}

// Lightweight Charts wants whole seconds that grow; bars are at least one second apart.
export function points(level, values) {
  const { time } = level.columns;
  return Array.from(time, (second, i) => ({ time: Math.floor(second), ...values(i) }));
}

export function marksIn(level, trades) {
  const { first = 0, last = Infinity } = level;
  return trades
    .filter((trade) => trade.exit_bar >= first && trade.entry_bar <= last)
    .map((trade) => ({
      trade,
      from: level.at(trade.entry_bar),
      to: level.at(trade.exit_bar),
      parts: trade.parts?.map(({ bar, price, buys }) => ({ at: level.at(bar), price, buys })) ?? [],
    }));
}
