// Opens a page in a real browser over its debugging port and does what it is told, without any package:
// node browser.mjs CHROMIUM PAGE STEPS, steps as JSON: [{ eval }, { key }, { size }, { dark }, { click }].
// Prints { values, errors, requests }.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const [chromium, page, steps] = process.argv.slice(2);
const profile = mkdtempSync(join(tmpdir(), "browser-"));
const flags = [
  "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage", "--remote-debugging-port=0",
  `--user-data-dir=${profile}`, "--window-size=1440,900", "about:blank",
];
const browser = spawn(chromium, flags, { stdio: ["ignore", "ignore", "pipe"] });

const address = await new Promise((found, failed) => {
  let said = "";
  browser.stderr.on("data", (text) => {
    said += text;
    const match = said.match(/DevTools listening on (ws:\S+)/);
    if (match) found(match[1]);
  });
  browser.on("exit", () => failed(new Error(said)));
});
const socket = new WebSocket(address);
await new Promise((opened) => (socket.onopen = opened));

const waiting = new Map();
const errors = [];
const requests = [];
let session;
let number = 0;

function send(method, params = {}) {
  socket.send(JSON.stringify({ id: ++number, method, params, sessionId: session }));
  return new Promise((done, failed) => waiting.set(number, { done, failed, method }));
}

socket.onmessage = ({ data }) => {
  const { id, result, error, method, params } = JSON.parse(data);
  if (id) error ? waiting.get(id).failed(new Error(`${waiting.get(id).method}: ${error.message}`)) : waiting.get(id).done(result);
  else if (method === "Runtime.exceptionThrown") errors.push(params.exceptionDetails.exception?.description ?? params.exceptionDetails.text);
  else if (method === "Runtime.consoleAPICalled") errors.push(`${params.type}: ${params.args.map((part) => part.value).join(" ")}`);
  else if (method === "Log.entryAdded") errors.push(params.entry.text);
  else if (method === "Network.requestWillBeSent") requests.push(params.request.url);
};

async function evaluate(expression) {
  const { result, exceptionDetails } = await send("Runtime.evaluate", { expression, awaitPromise: true, returnByValue: true });
  if (exceptionDetails) throw new Error(`${expression}: ${exceptionDetails.exception?.description}`);
  return result.value;
}

async function until(expression) {
  for (let i = 0; i < 400; i++) {
    if (await evaluate(expression)) return;
    await new Promise((later) => setTimeout(later, 50));
  }
  throw new Error(`never came true: ${expression}; ${errors.join("; ")}`);
}

// Two frames, so that what a step changed is drawn.
const settled = () => evaluate("new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(() => drawn(true))))");

const acts = {
  eval: evaluate,
  until,
  size: ([width, height]) => send("Emulation.setDeviceMetricsOverride", { width, height, deviceScaleFactor: 1, mobile: false }),
  dark: (dark) => send("Emulation.setEmulatedMedia", { features: [{ name: "prefers-color-scheme", value: dark ? "dark" : "light" }] }),
  key: async (key) => {
    await send("Input.dispatchKeyEvent", { type: "keyDown", key, text: key.length === 1 ? key : undefined });
    await send("Input.dispatchKeyEvent", { type: "keyUp", key });
  },
  // At what the expression gives: [x, y] in pixels of the window.
  click: async (expression) => {
    const [x, y] = await evaluate(expression);
    for (const type of ["mouseMoved", "mousePressed", "mouseReleased"]) {
      await send("Input.dispatchMouseEvent", { type, x, y, button: "left", clickCount: 1 });
      await settled();
    }
  },
};

try {
  const { targetId } = await send("Target.createTarget", { url: "about:blank" });
  session = (await send("Target.attachToTarget", { targetId, flatten: true })).sessionId;
  for (const part of ["Page", "Runtime", "Log", "Network"]) await send(`${part}.enable`);
  await acts.size([1440, 900]);
  await send("Page.navigate", { url: page });
  await until("document.documentElement?.dataset.ready === 'yes'");
  const values = [];
  for (const step of JSON.parse(steps)) {
    const [[act, given]] = Object.entries(step);
    const value = await acts[act](given);
    await settled();
    if (act === "eval") values.push(value);
  }
  console.log(JSON.stringify({ values, errors, requests }));
} finally {
  socket.close();
  await new Promise((gone) => {
    browser.removeAllListeners("exit");
    browser.on("exit", gone);
    browser.kill();
  });
  rmSync(profile, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
}
