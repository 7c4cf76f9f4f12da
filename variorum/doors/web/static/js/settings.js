// Reading settings show at once, and are kept a moment later. Without script the form has its button.

const form = document.querySelector("form.settings");
let waiting = 0;

/** Shows a choice on <html>, as the server will write it next time. The first choice of each setting is the usual one. */
function show(name, value, usual) {
  if (value === usual) delete document.documentElement.dataset[name];
  else document.documentElement.dataset[name] = value;
  document.dispatchEvent(new CustomEvent("settled"));
}

const usual = (name) => ({ theme: "system", size: "100", face: "book", align: "ragged", paragraphs: "indented", flow: "scroll", keys: "on" })[name] ?? "usual";

/** Relative luminance of a colour of six digits (WCAG 2.2). */
function luminance(colour) {
  const parts = [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16) / 255);
  const [red, green, blue] = parts.map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** Shows colours of one's own: their sheet comes from the library, made for them; and says when they are hard to tell apart. */
function colour() {
  const [paper, ink] = ["ground", "ink"].map((name) => form.elements[name].value);
  const address = `/colours/${paper.slice(1)}-${ink.slice(1)}.css`;
  let sheet = document.getElementById("own-colours");
  if (!sheet) {
    sheet = Object.assign(document.createElement("link"), { rel: "stylesheet", id: "own-colours" });
    document.head.append(sheet);
  }
  if (sheet.getAttribute("href") !== address) sheet.href = address;
  const [low, high] = [luminance(paper), luminance(ink)].sort((a, b) => a - b);
  const ratio = (high + 0.05) / (low + 0.05);
  form.querySelector("#hard").textContent = ratio < 4.5 ? `These two are hard to tell apart: ${ratio.toFixed(1)} to 1. Text wants 4.5 to 1 at least.` : "";
}

async function keep() {
  const sent = new URLSearchParams(new FormData(form));
  sent.set("quiet", "1");
  try {
    await fetch(form.action, { method: "POST", body: sent, keepalive: true });
  } catch {
    // Offline: it holds for this page.
  }
}

/** Chooses a value as if it had been pressed. */
export function choose(name, value) {
  const input = form?.querySelector(`input[name="${name}"][value="${value}"]`);
  if (!input || input.checked) return;
  input.checked = true;
  input.dispatchEvent(new Event("change", { bubbles: true }));
}

/** One size larger (1) or smaller (-1). */
export function step(by) {
  const sizes = [...(form?.querySelectorAll("input[name=size]") ?? [])];
  const now = sizes.findIndex((input) => input.checked);
  const next = sizes[now + by];
  if (next) choose("size", next.value);
  return next?.value;
}

if (form) {
  form.dataset.live = "";
  form.addEventListener("change", (event) => {
    const { name, value } = event.target;
    if (name === "ground" || name === "ink" || value === "own") colour();
    if (name !== "for" && name !== "ground" && name !== "ink") show(name, value, usual(name));
    clearTimeout(waiting);
    waiting = setTimeout(keep, 400);
  });
  form.addEventListener("input", (event) => {
    if (event.target.type === "color") colour();
  });
  addEventListener("pagehide", () => {
    if (waiting) {
      clearTimeout(waiting);
      keep();
    }
  });
}
