// How far trades went against and in favour of the entry: a point a trade, or cells with how many.
import { count, fixed, percent } from "./words.mjs";

const SPACE = "http://www.w3.org/2000/svg";
export const MOST_POINTS = 1500;
const PIECE = 250;
const CELLS = 32;
const BOX = { width: 460, height: 280, left: 52, right: 12, top: 10, bottom: 34 };

// In pieces, with a rest between them: many points take long to make.
export async function drawScatter(figure, trades, act, rest) {
  const shown = trades.filter((trade) => trade.mae !== null && trade.mfe !== null);
  if (!shown.length) return;
  const svg = part("svg", { viewBox: `0 0 ${BOX.width} ${BOX.height}`, role: "img", "aria-label": `Adverse and favourable excursion of ${count(shown.length, "trade")}` });
  const low = shown.reduce((least, trade) => Math.min(least, trade.mae), 0) || -0.01;
  const high = shown.reduce((most, trade) => Math.max(most, trade.mfe), 0) || 0.01;
  const x = (mae) => BOX.left + (mae / low) * (BOX.width - BOX.left - BOX.right);
  const y = (mfe) => BOX.height - BOX.bottom - (mfe / high) * (BOX.height - BOX.top - BOX.bottom);
  axes(svg, low, high, x, y);
  if (shown.length <= MOST_POINTS) {
    for (const [i, trade] of shown.entries()) {
      svg.append(point(trade, x(trade.mae), y(trade.mfe)));
      if (i % PIECE === PIECE - 1) await rest();
    }
    walkable(svg, shown, act);
  } else for (const cell of cellsOf(shown, low, high)) svg.append(square(cell, x, y, low, high));
  await rest();
  figure.querySelector(".plot").replaceChildren(svg);
  figure.querySelector(".note").textContent =
    shown.length <= MOST_POINTS
      ? `${count(shown.length, "trade")}; ● win, × loss. Click one to see it, or walk with the arrow keys and press Enter.`
      : `${count(shown.length, "trade")}, too many to tell apart: each cell is as dark as it has trades (${fixed(CELLS, 0)} × ${fixed(CELLS, 0)} cells).`;
}

export function cellsOf(trades, low, high) {
  const cells = new Map();
  const place = (share) => Math.min(CELLS - 1, Math.floor(share * CELLS));
  for (const trade of trades) {
    const [column, row] = [place(trade.mae / low), place(trade.mfe / high)];
    const key = row * CELLS + column;
    const cell = cells.get(key) ?? { column, row, trades: 0, wins: 0 };
    cell.trades += 1;
    cell.wins += trade.outcome === "win";
    cells.set(key, cell);
  }
  const most = Math.max(...[...cells.values()].map((cell) => cell.trades));
  return [...cells.values()].map((cell) => ({ ...cell, weight: Math.log1p(cell.trades) / Math.log1p(most) }));
}

function axes(svg, low, high, x, y) {
  const base = BOX.height - BOX.bottom;
  const decimals = 100 * Math.min(-low, high) < 4 ? 2 : 1;
  for (const share of [0, 0.25, 0.5, 0.75, 1]) {
    svg.append(part("line", { class: "grid", x1: x(share * low), x2: x(share * low), y1: BOX.top, y2: base }));
    svg.append(part("line", { class: "grid", x1: BOX.left, x2: BOX.width - BOX.right, y1: y(share * high), y2: y(share * high) }));
    svg.append(label(`${fixed(100 * share * low, decimals)}`, x(share * low), base + 13, share === 1 ? "end" : "middle"));
    svg.append(label(`${fixed(100 * share * high, decimals)}`, BOX.left - 5, y(share * high) + 4, "end"));
  }
  svg.append(label("MAE, % of the entry price", (BOX.left + BOX.width) / 2, BOX.height - 5, "middle"));
  const side = label("MFE, %", 10, BOX.top + 4, "end");
  side.setAttribute("transform", `rotate(-90 10 ${BOX.top + 4})`);
  svg.append(side);
}

function point(trade, x, y) {
  const mark =
    trade.outcome === "loss"
      ? part("path", { class: "loss", role: "button", tabindex: -1, d: `M${x - 3} ${y - 3}l6 6m0-6l-6 6` })
      : part("circle", { class: trade.outcome, role: "button", tabindex: -1, cx: x, cy: y, r: 3 });
  mark.append(titled(`#${trade.index + 1}: MAE ${percent(trade.mae)} %, MFE ${percent(trade.mfe)} %, return ${percent(trade.return, { sign: true })} %`));
  return mark;
}

// One stop for Tab; arrows go from trade to trade in the order of the run.
function walkable(svg, trades, act) {
  const marks = [...svg.querySelectorAll("[role=button]")];
  const open = ({ target }) => {
    const at = marks.indexOf(target.closest("[role=button]"));
    if (at >= 0) act(trades[at]);
  };
  svg.setAttribute("role", "group");
  marks[0].setAttribute("tabindex", 0);
  svg.addEventListener("click", open);
  svg.addEventListener("keydown", (event) => {
    const at = marks.indexOf(event.target);
    if (event.key === "Enter" || event.key === " ") open(event);
    if (event.key === " ") event.preventDefault(); // which would scroll the page
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1, Home: -Infinity, End: Infinity }[event.key];
    if (at < 0 || !step) return;
    event.preventDefault();
    const next = marks[Math.min(marks.length - 1, Math.max(0, at + step))];
    marks[at].setAttribute("tabindex", -1);
    next.setAttribute("tabindex", 0);
    next.focus();
  });
}

function square({ column, row, trades, wins, weight }, x, y, low, high) {
  const [left, top] = [x((column / CELLS) * low), y(((row + 1) / CELLS) * high)];
  const size = { width: x(low / CELLS) - x(0), height: y(0) - y(high / CELLS) };
  const cell = part("rect", { class: "cell", x: left, y: top, ...size, "fill-opacity": 0.12 + 0.88 * weight });
  cell.append(titled(`${count(trades, "trade")}, ${count(wins, "win")}`));
  return cell;
}

function part(name, attributes) {
  const made = document.createElementNS(SPACE, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

function titled(text) {
  const title = part("title", {});
  title.textContent = text;
  return title;
}

function label(text, x, y, anchor) {
  const made = part("text", { x, y, "text-anchor": anchor });
  made.textContent = text;
  return made;
}
