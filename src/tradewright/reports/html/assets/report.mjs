// Puts the page together: data, chart, table and keys.
import { RunChart } from "./charts.mjs";
import { unpackColumns } from "./columns.mjs";
import { detailOf, overviewOf } from "./curves.mjs";
import { startLook, startTips } from "./look.mjs";
import { tradesOf, withParts } from "./rows.mjs";
import { drawScatter } from "./scatter.mjs";
import { TradeTable } from "./table.mjs";
import { priceDecimals } from "./words.mjs";

const find = (selector) => document.querySelector(selector);

async function start() {
  // In small pieces, so that no single task holds up the page.
  const data = JSON.parse(find("#data").textContent);
  await pause();
  const curves = await unpackColumns(data.curves);
  const detail = await unpackColumns(data.detail);
  const columns = await unpackColumns(data.trades);
  await pause();
  const trades = withParts(tradesOf(columns, data.trades), await unpackColumns(data.parts));
  await pause();
  const chart = new RunChart(find("#chart"), data.facts, overviewOf(curves, data.curves.bars_each), trades);
  startLook(find("#look"), () => chart.dress());
  startTips();
  await pause();
  await chart.fill(drawn);
  await drawn();
  const zoom = (trade) => chart.focus(trade, detailOf(detail, data.detail, trade));
  const look = (trade) => {
    zoom(trade);
    chart.canvas.scrollIntoView({ block: "nearest" });
  };
  let table = null;
  const open = (trade) => {
    table?.reveal(trade);
    zoom(trade);
  };
  const decimals = { price: chart.priceDecimals, quantity: quantityDecimals(columns.quantity) };
  if (find("#trades .scroll")) table = new TradeTable(find("#trades"), data.facts, trades, { decimals, act: look });
  await drawn();
  const onPaper = (paper) => {
    chart.onPaper(paper);
    table?.onPaper(paper);
  };
  addEventListener("beforeprint", () => onPaper(true));
  addEventListener("afterprint", () => onPaper(false));
  chart.onTrade(open);
  const whole = () => {
    chart.whole();
    table?.clear();
  };
  find("#whole").addEventListener("click", whole);
  find("#log")?.addEventListener("change", (event) => chart.setLog(event.target.checked));
  keys(whole, () => table?.enter());
  if (find("#excursions")) await drawScatter(find("#excursions"), trades.filter((trade) => !trade.open), open, drawn);
  globalThis.report = { chart, table, trades }; // for those who open the browser's console
  document.documentElement.dataset.ready = "yes";
}

function pause() {
  return new Promise((later) => setTimeout(later));
}

// Until what was made is drawn; a page that nobody sees draws nothing, so not for long.
function drawn() {
  return new Promise((later) => {
    const timer = setTimeout(later, 50);
    requestAnimationFrame(() => {
      clearTimeout(timer);
      setTimeout(later);
    });
  });
}

// Six significant digits of the smallest quantity, at most eight decimals.
function quantityDecimals(quantities) {
  const least = quantities.reduce((low, quantity) => Math.min(low, quantity), Infinity);
  if (quantities.every(Number.isInteger)) return 0;
  return Math.min(8, Math.max(2, 3 - Math.floor(Math.log10(least))));
}

function keys(whole, enter) {
  const help = find("#help");
  find("#help-button")?.addEventListener("click", () => help.showModal());
  addEventListener("keydown", (event) => {
    if (event.target.matches("input, select") || help?.open || event.ctrlKey || event.metaKey || event.altKey) return;
    const act = {
      "?": () => help?.showModal(),
      l: () => find("#log")?.click(),
      w: whole,
      t: enter,
      "/": () => find("#trades [data-filter=text]")?.focus(),
    }[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });
}

start().catch((fault) => {
  const said = document.querySelector("#fault");
  said.hidden = false;
  said.textContent = `Charts and table could not be drawn: ${fault.message}. A browser of 2023 or newer shows them; every number above is whole.`;
});
