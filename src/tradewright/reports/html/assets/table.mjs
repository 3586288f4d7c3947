// The trade table: only the rows in sight exist, so that 100,000 scroll as 100 do.
import { chosen, csv, sorted, why } from "./rows.mjs";
import { clock, count, fixed, percent } from "./words.mjs";

const ROW = 24; // pixels; the style sheet says the same
const SPARE = 10;
const PAPER_ROWS = 200; // panels.py says the same
const SHAPES = { win: "▲", loss: "▼", even: "■" };

export class TradeTable {
  filter = {};
  field = "entry_time";
  descending = false;
  focused = 0;
  paper = false;
  constructor(section, facts, trades, { decimals, act }) {
    Object.assign(this, { section, facts, trades, decimals, act });
    this.box = section.querySelector(".scroll");
    this.body = section.querySelector("tbody");
    this.table = section.querySelector("table");
    this.daily = trades.every((trade) => trade.entry_time % 86400 === 0);
    this.box.addEventListener("scroll", () => this.#paint());
    section.querySelectorAll("th button").forEach((button) => button.addEventListener("click", () => this.sort(button.dataset.field)));
    section.querySelectorAll("[data-filter]").forEach((input) => input.addEventListener("input", () => this.#filter(input)));
    section.querySelector(".csv").addEventListener("click", () => this.#download());
    this.body.addEventListener("click", (event) => {
      const row = event.target.closest("tr[data-row]");
      if (row) this.#choose(Number(row.dataset.row));
    });
    this.body.addEventListener("keydown", (event) => this.#key(event));
    new ResizeObserver(() => this.#paint()).observe(this.box);
    this.#arrange();
  }

  sort(field) {
    this.descending = this.field === field ? !this.descending : false;
    this.field = field;
    this.#arrange();
  }

  // Bring a trade into sight and mark it; all filters give way to it.
  reveal(trade) {
    let row = this.rows.indexOf(trade);
    if (row < 0) {
      this.filter = {};
      this.section.querySelectorAll("[data-filter]").forEach((input) => (input.value = ""));
      this.#arrange();
      row = this.rows.indexOf(trade);
    }
    this.selected = trade;
    this.#goTo(row, false);
  }

  clear() {
    this.selected = null;
    this.#paint();
  }

  // Into the table by keyboard: to the row that Tab would find.
  enter() {
    if (this.rows.length) this.#goTo(this.focused, true);
  }

  // On paper nothing scrolls: the first rows stand there, whichever are in sight on the screen.
  onPaper(paper) {
    if (paper === this.paper) return;
    if (paper) this.before = { top: this.box.scrollTop, focused: this.focused };
    this.paper = paper;
    this.#paint();
    if (paper) return;
    this.box.scrollTop = this.before.top; // fewer rows have lost the place
    this.focused = this.before.focused;
    this.#paint();
  }

  #filter(input) {
    this.filter[input.dataset.filter] = input.value;
    this.#arrange();
  }

  #arrange() {
    this.rows = sorted(chosen(this.trades, this.filter), this.field, this.descending);
    this.focused = 0;
    this.box.scrollTop = 0;
    this.table.setAttribute("aria-rowcount", this.rows.length + 1);
    this.section.querySelectorAll("th").forEach((head) => {
      const isSorted = head.querySelector("button")?.dataset.field === this.field;
      if (isSorted) head.setAttribute("aria-sort", this.descending ? "descending" : "ascending");
      else head.removeAttribute("aria-sort");
    });
    const closed = this.rows.filter((trade) => !trade.open);
    const sum = closed.reduce((total, trade) => total + (trade.pnl ?? NaN), 0);
    const all = this.rows.length === this.trades.length ? count(this.rows.length, "trade") : `${fixed(this.rows.length, 0)} of ${count(this.trades.length, "trade")}`;
    this.section.querySelector(".status").textContent = this.rows.length
      ? `${all} · closed P&L ${fixed(sum, this.facts.money, { sign: true })} ${this.facts.currency}`
      : "No trade is like this; change a filter.";
    this.#paint();
  }

  #paint() {
    const first = this.paper ? 0 : Math.max(0, Math.floor(this.box.scrollTop / ROW) - SPARE);
    const room = this.paper ? PAPER_ROWS : Math.ceil(this.box.clientHeight / ROW) + 2 * SPARE;
    const last = Math.min(this.rows.length, first + room);
    if (!this.paper) this.#keepFocusInSight();
    const lines = this.paper ? [] : [spacer(first)];
    for (let i = first; i < last; i++) lines.push(this.#line(this.rows[i], i));
    if (!this.paper) lines.push(spacer(this.rows.length - last));
    const hadFocus = this.body.contains(document.activeElement);
    this.body.replaceChildren(...lines);
    if (hadFocus) this.#focus(); // new rows for old ones must not drop it
  }

  // One row is the stop for Tab; scrolled away it would not exist, so the nearest in sight takes over.
  #keepFocusInSight() {
    const room = this.box.clientHeight - this.table.tHead.offsetHeight;
    const top = Math.floor(this.box.scrollTop / ROW);
    const bottom = Math.ceil((this.box.scrollTop + room) / ROW) - 1;
    this.focused = Math.max(0, Math.min(this.rows.length - 1, Math.max(top, bottom), Math.max(top, Math.min(bottom, this.focused))));
  }

  #line(trade, i) {
    const line = document.createElement("tr");
    line.dataset.row = i;
    line.tabIndex = i === this.focused ? 0 : -1;
    line.setAttribute("aria-rowindex", i + 2);
    line.setAttribute("aria-selected", trade === this.selected);
    const result = trade.outcome;
    const { money } = this.facts;
    const cells = [
      [fixed(trade.index + 1, 0), "n"],
      [clock(trade.entry_time, this.daily)],
      [trade.open ? "open" : clock(trade.exit_time, this.daily)],
      [trade.side === "long" ? "↑ long" : "↓ short"],
      [fixed(trade.quantity, this.decimals.quantity), "n"],
      [fixed(trade.entry_price, this.decimals.price), "n"],
      [fixed(trade.exit_price, this.decimals.price), "n"],
      [`${SHAPES[result]} ${fixed(trade.pnl, money, { sign: true })}`, `n ${result}`],
      [percent(trade.return, { sign: true }), `n ${result}`],
      [fixed(trade.fees, money), "n"],
      [fixed(trade.bars_held, 0), "n"],
      [why(trade)],
      [percent(trade.mae), "n"],
      [percent(trade.mfe), "n"],
      ...this.facts.further.map((name) => [name === "carry" ? fixed(trade.carry, money, { sign: true }) : fixed(trade[name], 0), "n"]),
    ];
    for (const [text, look = ""] of cells) line.append(Object.assign(document.createElement("td"), { textContent: text, className: look }));
    return line;
  }

  #choose(row) {
    this.focused = row;
    this.selected = this.rows[row];
    this.#paint();
    this.#focus();
    this.act(this.selected);
  }

  #key(event) {
    const page = Math.max(1, Math.floor(this.box.clientHeight / ROW) - 2);
    const steps = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -Infinity, End: Infinity };
    if (event.key === "Enter" || event.key === " ") this.#choose(this.focused);
    else if (event.key in steps) this.#goTo(this.focused + steps[event.key], true);
    else return;
    event.preventDefault();
  }

  #goTo(row, withFocus) {
    this.focused = Math.min(this.rows.length - 1, Math.max(0, row));
    const head = this.table.tHead.offsetHeight;
    const top = this.focused * ROW;
    const room = this.box.clientHeight - head - ROW;
    if (top < this.box.scrollTop) this.box.scrollTop = top;
    else if (top > this.box.scrollTop + room) this.box.scrollTop = top - room;
    this.#paint();
    if (withFocus) this.#focus();
  }

  #focus() {
    this.body.querySelector(`tr[data-row="${this.focused}"]`)?.focus({ preventScroll: true });
  }

  #download() {
    const file = new Blob([csv(this.rows)], { type: "text/csv" });
    const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(file), download: `trades-${this.facts.fingerprint.slice(0, 12)}.csv` });
    link.click();
    URL.revokeObjectURL(link.href);
  }
}

function spacer(rows) {
  const line = document.createElement("tr");
  line.setAttribute("aria-hidden", "true");
  line.style.height = `${rows * ROW}px`;
  return line;
}
