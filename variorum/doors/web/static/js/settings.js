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
    if (name !== "for") show(name, value, usual(name));
    clearTimeout(waiting);
    waiting = setTimeout(keep, 400);
  });
  addEventListener("pagehide", () => {
    if (waiting) {
      clearTimeout(waiting);
      keep();
    }
  });
}
