// Looking at repairs one by one, from the keyboard: the page does all of it without this, a form and a click at a time.
//
// One repair is the current one: its line is marked, so is its place in the reading text, and a bar at the foot of the
// window says what it is and why. A ruling is sent as its form would send it; what the server answers is the same page
// anew, and its #review takes the place of ours. The page is the only state there is.
import { element, keys } from "./keys.js";
import { fetched, swap } from "./fragment.js";

const lines = () => [...document.querySelectorAll("#review .lines > li")];
let current = null; // id of the current line
let busy = false;

const bar = element("div", { id: "review-bar", role: "region", "aria-label": "The repair looked at" });
bar.hidden = true;
document.body.append(bar);

function button(label, key, act) {
  const made = element("button", { type: "button", class: "quiet" }, label, " ", element("kbd", { "aria-hidden": "true" }, key));
  made.addEventListener("click", act);
  return made;
}

function choose(line, { scroll = true } = {}) {
  document.querySelectorAll("#review .now").forEach((e) => e.classList.remove("now"));
  lines().forEach((e) => e.removeAttribute("aria-current"));
  current = line?.id ?? null;
  bar.hidden = !line;
  if (!line) return;
  line.setAttribute("aria-current", "true");
  line.classList.add("now");
  line.tabIndex = -1;
  document.querySelectorAll(`#review .reads a[href$="#${current}"]`).forEach((e) => e.classList.add("now"));
  const all = lines();
  bar.replaceChildren(
    element("p", { class: "what" }, element("b", {}, `${all.indexOf(line) + 1} of ${all.length}`), " ", line.dataset.says),
    element("p", { class: "acts" },
      button("Accept", "a", () => rule("accept")),
      button("Refuse", "r", () => rule("refuse")),
      button("Next", "j", () => step(1)),
      button("Accept the kind", "g", () => group("accept")),
      button("Refuse the kind", "x", () => group("refuse"))),
  );
  if (scroll) line.scrollIntoView({ block: "center", behavior: "instant" });
  line.focus({ preventScroll: true });
}

function step(by) {
  const all = lines();
  const at = all.findIndex((e) => e.id === current);
  const next = at < 0 ? all[0] : all[at + by];
  if (next) choose(next);
  else document.querySelector(`#review .pager a[rel=${by > 0 ? "next" : "prev"}]`)?.click();
}

/** Sends a form, puts the answer in place, and goes on with the line of this id (or with what stands there now). */
async function send(form, wanted, index) {
  if (busy || !form) return;
  busy = true;
  bar.setAttribute("aria-busy", "true");
  try {
    const opened = document.querySelector("#review .groups")?.open;
    swap(await fetched(form.action, { form: new URLSearchParams(new FormData(form)) }), "review");
    const groups = document.querySelector("#review .groups");
    if (groups && opened !== undefined) groups.open = opened;
    const all = lines();
    choose(document.getElementById(wanted) ?? all[Math.min(Math.max(index, 0), all.length - 1)] ?? null);
  } catch {
    form.submit(); // without us, then: the answer, or what is wrong, is a page of its own
  } finally {
    busy = false;
    bar.removeAttribute("aria-busy");
  }
}

function rule(kind) {
  const all = lines();
  const at = all.findIndex((e) => e.id === current);
  if (at < 0) return step(1);
  const form = [...all[at].querySelectorAll("form.ruling")].find((f) => f.elements.kind.value === kind);
  if (form) send(form, (kind === "undo" ? all[at] : all[at + 1] ?? all[at]).id, at);
  else step(1);
}

function group(kind) {
  const all = lines();
  const at = all.findIndex((e) => e.id === current);
  if (at < 0) return;
  const name = all[at].dataset.group;
  const form = [...document.querySelectorAll("#review form.whole")].find(
    (f) => f.elements.group.value === name && f.elements.kind.value === kind,
  );
  send(form, all.slice(at).find((e) => e.dataset.group !== name)?.id ?? current, at);
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!(form instanceof HTMLFormElement) || !form.closest("#review")) return;
  event.preventDefault();
  const line = form.closest(".lines > li");
  send(form, line?.id ?? current, lines().indexOf(line));
});

document.addEventListener("click", (event) => {
  if (!(event.target instanceof Element) || event.target.closest("button, form")) return;
  const line = event.target.closest("#review .lines > li");
  if (line) choose(line, { scroll: false });
});

keys.add("j", "Next repair", () => step(1));
keys.add("k", "Repair before", () => step(-1));
keys.add("a", "Accept it", () => rule("accept"));
keys.add("r", "Refuse it", () => rule("refuse"));
keys.add("u", "Take the ruling back", () => rule("undo"));
keys.add("g", "Accept all of its kind", () => group("accept"));
keys.add("x", "Refuse all of its kind", () => group("refuse"));

// A mark in the text leads here with the repair in the address.
if (location.hash.startsWith("#e-")) {
  const line = document.getElementById(location.hash.slice(1));
  if (line) choose(line);
}
