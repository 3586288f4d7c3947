// One chart of three panes (equity, drawdown, price), so that crosshair and time range are shared.
/* global LightweightCharts */
import { marksIn, moved, points } from "./curves.mjs";
import { RangedCurve, TradeMarks } from "./drawing.mjs";
import { color } from "./look.mjs";
import { clock, count, fixed, percent, priceDecimals, rangeDecimals } from "./words.mjs";

const HEIGHTS = { equity: 3, drawdown: 1.4, price: 4 };

export class RunChart {
  constructor(frame, facts, overview, trades) {
    Object.assign(this, { frame, facts, overview, trades, level: overview, log: false });
    this.daily = !/[smh]$/.test(facts.timeframe);
    this.legend = frame.querySelector(".legend");
    this.priceDecimals = priceDecimals(overview.columns.close ?? Float64Array.from(trades, (trade) => trade.entry_price));
    this.canvas = frame.querySelector(".canvas");
    this.chart = LightweightCharts.createChart(this.canvas, this.#options());
    this.#addSeries();
    this.marks = new TradeMarks(() => this.colors);
    this.price?.attachPrimitive(this.marks);
    this.chart.subscribeCrosshairMove((event) => {
      this.pointed = event.logical ?? null;
      this.#say();
    });
    this.chart.timeScale().subscribeVisibleLogicalRangeChange(() => {
      this.#say();
      this.#sayView();
    });
    this.#keys();
    this.#wheel();
  }

  #options() {
    const time = (seconds) => `${clock(seconds, this.daily)} UTC`;
    return {
      autoSize: true, // which comes a moment later, so say the size of now too
      width: this.canvas.clientWidth,
      height: this.canvas.clientHeight,
      layout: { attributionLogo: false, fontSize: 11, panes: { enableResize: true } },
      localization: { locale: "en-US", timeFormatter: time, dateFormat: "yyyy-MM-dd" },
      timeScale: { minBarSpacing: 0.02, maxBarSpacing: 60, lockVisibleTimeRangeOnResize: true, timeVisible: !this.daily, secondsVisible: /s$/.test(this.facts.timeframe), rightOffset: 0 },
      rightPriceScale: { minimumWidth: 76, entireTextOnly: true, scaleMargins: { top: 0.08, bottom: 0.08 } },
      crosshair: { mode: 0 },
      // The wheel scrolls the page; see #wheel.
      handleScroll: { vertTouchDrag: false, mouseWheel: false },
      handleScale: { mouseWheel: false },
    };
  }

  #addSeries() {
    const { has_bars: hasBars } = this.facts;
    const plain = { priceLineVisible: false, lastValueVisible: false };
    const curve = (pane, minMove, format) => {
      const defaults = { ...LightweightCharts.customSeriesDefaultOptions, ...plain };
      return this.chart.addCustomSeries(new RangedCurve(defaults), { ...plain, priceFormat: { type: "custom", minMove, formatter: format } }, pane);
    };
    const decimals = rangeDecimals(this.overview.columns.equity, this.facts.money);
    const money = (value) => fixed(value, decimals);
    if (this.overview.columns.benchmark) this.benchmark = curve(0, 10 ** -decimals, money);
    this.equity = curve(0, 10 ** -decimals, money);
    this.drawdown = curve(1, 0.1, (value) => `${fixed(value, 1)} %`);
    if (hasBars) {
      const priceFormat = { type: "custom", minMove: 10 ** -this.priceDecimals, formatter: (value) => fixed(value, this.priceDecimals) };
      this.price = this.chart.addSeries(LightweightCharts.CandlestickSeries, { ...plain, priceFormat }, 2);
    }
    this.chart.panes().forEach((pane, i) => pane.setStretchFactor(Object.values(HEIGHTS)[i]));
  }

  // Paper has a width of its own that no observer tells.
  onPaper(paper) {
    this.chart.applyOptions({ autoSize: !paper });
    if (paper) this.chart.resize(690, 520);
    if (this.level === this.overview && this.marks.selected < 0) this.chart.timeScale().fitContent();
  }

  // Colours from the style sheet, again whenever the look changes.
  dress() {
    const names = ["ink", "muted", "line", "grid", "accent", "gain", "loss", "surface", "candle"];
    this.colors = Object.fromEntries(names.map((name) => [name, color(name)]));
    const { ink, muted, line, grid, accent, surface, loss, candle } = this.colors;
    this.chart.applyOptions({
      layout: { background: { color: surface }, textColor: muted, fontFamily: getComputedStyle(document.body).fontFamily, panes: { separatorColor: line, separatorHoverColor: grid } },
      grid: { vertLines: { color: grid }, horzLines: { color: grid } },
      rightPriceScale: { borderColor: line },
      timeScale: { borderColor: line },
      crosshair: { vertLine: { color: muted, labelBackgroundColor: ink }, horzLine: { color: muted, labelBackgroundColor: ink } },
    });
    this.equity.applyOptions({ color: accent });
    this.benchmark?.applyOptions({ color: muted });
    this.drawdown.applyOptions({ color: loss });
    // Hollow when it rose, full when it fell: direction does not hang on colour.
    this.price?.applyOptions({ upColor: surface, downColor: candle, borderUpColor: candle, borderDownColor: candle, wickUpColor: candle, wickDownColor: candle });
  }

  // Show the whole window for the first time, with a rest between the curves.
  async fill(rest) {
    this.level = this.overview;
    for (const put of this.#curves(this.overview)) {
      put();
      await rest();
    }
    this.#shown(this.overview, null);
  }

  show(level, range = null) {
    this.level = level;
    for (const put of this.#curves(level)) put();
    this.#shown(level, range);
  }

  #curves(level) {
    const { columns } = level;
    const ranged = columns.equity_low && level.each > 1;
    const equity = (i) => ({ value: columns.equity[i], ...(ranged ? { low: columns.equity_low[i], high: columns.equity_high[i] } : {}) });
    return [
      () => this.equity.setData(points(level, equity)),
      () => this.benchmark?.setData(points(level, (i) => ({ value: columns.benchmark[i] }))),
      () => this.drawdown.setData(points(level, (i) => ({ value: 100 * columns.drawdown[i], low: 100 * columns.drawdown[i], high: 0 }))),
      () => this.price?.setData(points(level, (i) => ({ open: columns.open[i], high: columns.high[i], low: columns.low[i], close: columns.close[i] }))),
    ];
  }

  #shown(level, range) {
    this.marks.marks = marksIn(level, this.trades);
    this.marks.length = level.length;
    if (range) this.chart.timeScale().setVisibleLogicalRange(range);
    else this.chart.timeScale().fitContent();
    this.pointed = null;
    this.#say();
    this.#sayView();
  }

  // Show a trade with as much again on either side, bar by bar where `detail` has it.
  focus(trade, detail) {
    this.marks.selected = trade.index;
    const level = detail ?? this.overview;
    const [from, to] = [level.at(trade.entry_bar), level.at(trade.exit_bar)];
    const margin = Math.max(25, to - from);
    this.show(level, { from: from - margin, to: to + margin });
  }

  whole() {
    this.marks.selected = -1;
    this.show(this.overview);
  }

  setLog(log) {
    this.log = log;
    this.equity.priceScale().applyOptions({ mode: log ? 1 : 0 });
  }

  onTrade(act) {
    this.chart.subscribeClick(({ point, paneIndex }) => {
      const trade = point && paneIndex === 2 ? this.marks.nearest(point.x, point.y) : null;
      if (trade) act(trade);
    });
  }

  // The values under the pointer, or else at the last bar in view.
  #say() {
    const logical = this.pointed ?? this.chart.timeScale().getVisibleLogicalRange()?.to ?? Infinity;
    const { columns, length } = this.level;
    const i = Math.min(length - 1, Math.max(0, Math.floor(logical)));
    const { currency, money } = this.facts;
    const parts = [
      ["", `${clock(columns.time[i], this.daily)} UTC`],
      ["equity", `${fixed(columns.equity[i], money)} ${currency}`],
      columns.benchmark && ["held", `${fixed(columns.benchmark[i], money)} ${currency}`],
      ["drawdown", `${percent(columns.drawdown[i])} %`],
      this.price && ["O", fixed(columns.open[i], this.priceDecimals)],
      this.price && ["H", fixed(columns.high[i], this.priceDecimals)],
      this.price && ["L", fixed(columns.low[i], this.priceDecimals)],
      this.price && ["C", fixed(columns.close[i], this.priceDecimals)],
    ].filter(Boolean);
    this.legend.replaceChildren(
      ...parts.map(([name, value]) => {
        const part = document.createElement("span");
        part.append(name ? `${name} ` : "", Object.assign(document.createElement("b"), { textContent: value }));
        return part;
      }),
    );
  }

  #sayView() {
    const { each } = this.level;
    const range = this.chart.timeScale().getVisibleLogicalRange();
    if (!range) return;
    const inView = this.marks.marks.filter((mark) => mark.to >= range.from && mark.from <= range.to).length;
    const candles = each > 1 ? `1 candle = ${count(each, "bar")} of ${this.facts.timeframe}` : `1 candle = 1 bar of ${this.facts.timeframe}`;
    const part = this.level === this.overview ? "" : ", around one trade";
    this.frame.querySelector(".view").textContent = `${candles}${part} · ${count(inView, "trade")} in view`;
  }

  #keys() {
    this.canvas.addEventListener("keydown", (event) => {
      const scale = this.chart.timeScale();
      const range = scale.getVisibleLogicalRange();
      if (!range) return;
      const move = { ArrowLeft: [-0.1, -0.1], ArrowRight: [0.1, 0.1], "+": [0.2, -0.2], "-": [-0.3, 0.3] }[event.key];
      if (!move) return;
      event.preventDefault();
      scale.setVisibleLogicalRange(moved(range, move, this.level.length));
    });
  }

  // With Ctrl, which is also what pinching a touch pad says, the wheel zooms where the pointer is.
  #wheel() {
    this.canvas.addEventListener(
      "wheel",
      (event) => {
        const scale = this.chart.timeScale();
        const range = scale.getVisibleLogicalRange();
        if (!event.ctrlKey || !range) return;
        event.preventDefault();
        const share = (event.clientX - this.canvas.getBoundingClientRect().left) / Math.max(1, scale.width());
        const wider = Math.min(0.5, Math.max(-0.5, event.deltaY / 400));
        scale.setVisibleLogicalRange(moved(range, [-wider * share, wider * (1 - share)], this.level.length));
      },
      { passive: false },
    );
  }
}

