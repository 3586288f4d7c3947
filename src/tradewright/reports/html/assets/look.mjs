// Light, dark or as the system is; kept where the browser lets a page keep something.

const KEY = "tradewright-look";
const LOOKS = ["system", "light", "dark"];

export function color(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}

export function startLook(button, changed) {
  let look = LOOKS.includes(kept()) ? kept() : "system";
  const show = () => {
    if (look === "system") delete document.documentElement.dataset.look;
    else document.documentElement.dataset.look = look;
    if (button) button.textContent = `Look: ${look}`;
    changed();
  };
  button?.addEventListener("click", () => {
    look = LOOKS[(LOOKS.indexOf(look) + 1) % LOOKS.length];
    keep(look);
    show();
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", show);
  // Paper is white, whatever the screen is.
  addEventListener("beforeprint", () => { document.documentElement.dataset.look = "light"; changed(); });
  addEventListener("afterprint", show);
  show();
}

// Escape puts an explanation away until its name is left and asked again.
export function startTips() {
  addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    document.querySelectorAll(".term:hover, .term:focus-within").forEach((term) => {
      term.dataset.away = "";
      const back = () => delete term.dataset.away;
      term.addEventListener("mouseleave", back, { once: true });
      term.addEventListener("focusout", back, { once: true });
    });
  });
}

function kept() {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null; // a page in a frame without an origin has no storage
  }
}

function keep(look) {
  try {
    localStorage.setItem(KEY, look);
  } catch {
    // the choice then lasts as long as the page
  }
}
