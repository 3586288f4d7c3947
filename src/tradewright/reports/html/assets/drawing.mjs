// What Lightweight Charts does not bring: a curve with the range that each of its points stands for, and
// trades as entry, exit and the way between. Shapes tell side and result; colour only repeats it.

export class RangedCurve {
  #data = null;
  #options = null;
  constructor(defaults) {
    this.defaults = defaults;
  }
  defaultOptions() {
    return this.defaults;
  }
  isWhitespace(point) {
    return point.value === undefined;
  }
  priceValueBuilder(point) {
    return [point.low ?? point.value, point.high ?? point.value, point.value];
  }
  update(data, options) {
    this.#data = data;
    this.#options = options;
  }
  renderer() {
    return { draw: (target, toY) => target.useBitmapCoordinateSpace((scope) => this.#draw(scope, toY)) };
  }
  #draw({ context, horizontalPixelRatio: rx, verticalPixelRatio: ry }, toY) {
    const { bars, visibleRange } = this.#data ?? {};
    if (!visibleRange) return;
    const visible = bars.slice(Math.max(0, visibleRange.from - 1), visibleRange.to + 1);
    context.strokeStyle = context.fillStyle = this.#options.color;
    const ranged = visible.filter(({ originalData: point }) => point.low !== undefined);
    context.globalAlpha = 0.3;
    context.beginPath();
    for (const { x, originalData: point } of ranged) context.lineTo(x * rx, toY(point.high) * ry);
    for (const { x, originalData: point } of ranged.reverse()) context.lineTo(x * rx, toY(point.low) * ry);
    context.fill();
    context.globalAlpha = 1;
    context.lineWidth = 1.5 * ry;
    context.lineJoin = "round";
    context.beginPath();
    for (const { x, originalData: point } of visible) context.lineTo(x * rx, toY(point.value) * ry);
    context.stroke();
    if (visible.length === 1) this.#dot(context, visible[0].x * rx, toY(visible[0].originalData.value) * ry, 2.5 * ry);
  }
  // A line of one point could not be seen.
  #dot(context, x, y, radius) {
    context.beginPath();
    context.arc(x, y, radius, 0, 2 * Math.PI);
    context.fill();
  }
}

const ROOMY = 250; // trades in view up to which each is drawn in full

export class TradeMarks {
  marks = []; // { trade, from, to, parts }: positions on the time axis
  length = 0; // places that have data
  selected = -1;
  spots = []; // what was drawn last, for the pointer
  constructor(colors) {
    this.colors = colors;
  }
  attached({ chart, series, requestUpdate }) {
    Object.assign(this, { chart, series, requestUpdate });
  }
  detached() {
    this.chart = null;
  }
  updateAllViews() {}
  paneViews() {
    return [{ zOrder: () => "top", renderer: () => ({ draw: (target) => target.useMediaCoordinateSpace((scope) => this.#draw(scope)) }) }];
  }
  // Where one trade leaves and the next enters at the same price, the next.
  nearest(x, y) {
    let [found, least] = [null, 14];
    for (const spot of this.spots) {
      const distance = Math.hypot(spot.x - x, spot.y - y);
      if (distance <= least) [found, least] = [spot.trade, distance];
    }
    return found;
  }
  #draw({ context, mediaSize }) {
    const scale = this.chart.timeScale();
    const range = scale.getVisibleLogicalRange();
    this.spots = [];
    if (!range) return;
    const visible = this.marks.filter((mark) => mark.to >= range.from && mark.from <= range.to);
    const full = visible.length <= ROOMY;
    // The axis is even: two of its places tell all, and asking for each would take long.
    const zero = scale.logicalToCoordinate(0);
    const step = scale.logicalToCoordinate(1) - zero;
    const taken = new Set();
    context.save();
    // A trade may begin before the data or end after it: there is nothing to draw it at.
    context.beginPath();
    context.rect(zero - step - 8, 0, step * (this.length + 1) + 16, mediaSize.height);
    context.clip();
    for (const mark of visible) {
      const isSelected = mark.trade.index === this.selected;
      const [x1, x2] = [zero + step * mark.from, zero + step * mark.to];
      const spot = Math.round(x1 / 3);
      if (!full && !isSelected && taken.has(spot)) continue; // one mark to a place is all one could see
      taken.add(spot);
      this.#trade(context, mark, x1, x2, full || isSelected, isSelected);
      if (full || isSelected) this.#parts(context, mark, zero, step);
    }
    context.restore();
  }
  // A dot at each fill of a trade of several: full for what was bought.
  #parts(context, { trade, parts }, zero, step) {
    const { accent, surface } = this.colors();
    for (const { at, price, buys } of parts) {
      const [x, y] = [zero + step * at, this.series.priceToCoordinate(price)];
      if (y === null) continue;
      context.beginPath();
      context.arc(x, y, 2.5, 0, 2 * Math.PI);
      context.fillStyle = buys ? accent : surface;
      context.fill();
      context.strokeStyle = accent;
      context.lineWidth = 1;
      context.stroke();
      this.spots.push({ trade, x, y });
    }
  }
  #trade(context, { trade, from, to }, x1, x2, full, isSelected) {
    const [y1, y2] = [this.series.priceToCoordinate(trade.entry_price), this.series.priceToCoordinate(trade.exit_price)];
    if (y1 === null || y2 === null) return;
    const colors = this.colors();
    const hue = { win: colors.gain, loss: colors.loss, even: colors.muted }[trade.outcome];
    const size = full ? 5 : 3;
    context.strokeStyle = hue;
    context.lineWidth = isSelected ? 2 : 1;
    if (full) {
      context.setLineDash(isSelected ? [] : [3, 3]);
      context.beginPath();
      context.moveTo(x1, y1);
      context.lineTo(x2, y2);
      context.stroke();
      context.setLineDash([]);
    }
    if (from >= 0) {
      triangle(context, x1, y1, size + (isSelected ? 2 : 0), trade.side === "long", colors);
      this.spots.push({ trade, x: x1, y: y1 });
    }
    if (!full || to >= this.length) return;
    exit(context, x2, y2, size, trade, hue, colors);
    this.spots.push({ trade, x: x2, y: y2 });
  }
}

function triangle(context, x, y, size, up, colors) {
  const tip = up ? -size : size;
  context.beginPath();
  context.moveTo(x, y + tip);
  context.lineTo(x - size, y - tip);
  context.lineTo(x + size, y - tip);
  context.closePath();
  context.fillStyle = colors.accent;
  context.fill();
  context.strokeStyle = colors.surface;
  context.lineWidth = 1;
  context.stroke();
}

// A win leaves by a full circle, a loss by a cross, an open trade by an empty circle.
function exit(context, x, y, size, trade, hue, colors) {
  context.strokeStyle = hue;
  context.beginPath();
  if (trade.outcome === "loss" && !trade.open) {
    context.lineWidth = 2;
    context.moveTo(x - size + 1, y - size + 1);
    context.lineTo(x + size - 1, y + size - 1);
    context.moveTo(x + size - 1, y - size + 1);
    context.lineTo(x - size + 1, y + size - 1);
    context.stroke();
    return;
  }
  context.arc(x, y, size - 1, 0, 2 * Math.PI);
  context.fillStyle = trade.open ? colors.surface : hue;
  context.fill();
  context.lineWidth = 1.5;
  context.stroke();
}
