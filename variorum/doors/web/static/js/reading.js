// The reading page: where one is and how much is left, keys, sheets, and the modules for what is done there.

import { element, keys } from "./keys.js";
import { choose, step } from "./settings.js";
import { numberOf, paragraphs, textOf } from "./words.js";
import { atEnd, follow, here, restore } from "./place.js";
import { pages } from "./pages.js";
import "./notes.js";
import "./aloud.js";
import "./keep.js";

const work = document.getElementById("work");
const byId = (id) => document.getElementById(id);
const WORDS_A_MINUTE = 250;

// ---------------------------------------------------------------- how much is left

/** Characters before each paragraph of its chapter, and of the chapter in all: words are shared out by them. */
function measured() {
  return [...document.querySelectorAll("section.chapter")].map((chapter) => {
    let sum = 0;
    const story = paragraphs().filter((p) => chapter.querySelector(":scope > .text, :scope > h2")?.parentElement === chapter && chapter.contains(p) && !p.closest(".note"));
    const before = new Map(story.map((p) => [p, (sum += textOf(p).length) - textOf(p).length]));
    return { chapter, before, sum: Math.max(sum, 1), words: Number(chapter.dataset.count), name: chapter.dataset.name };
  });
}

let shares = null;

function minutes(words) {
  const spent = Math.max(Math.round(words / WORDS_A_MINUTE), 1);
  if (spent < 90) return `${spent} ${spent === 1 ? "minute" : "minutes"}`;
  return `${Math.round(spent / 60)} hours`;
}

function tell() {
  const place = here();
  if (!place) return;
  shares ??= measured();
  let read = Number(work.dataset.before);
  let [name, said] = ["", ""];
  for (const one of shares) {
    if (!one.before.has(place.paragraph)) {
      if (one.chapter.compareDocumentPosition(place.paragraph) & Node.DOCUMENT_POSITION_FOLLOWING) read += one.words;
      continue;
    }
    const share = Math.min((one.before.get(place.paragraph) + place.offset) / one.sum, 1);
    read += share * one.words;
    const left = one.words * (1 - share);
    name = one.name;
    said = left < 30 ? "the end is near" : `${minutes(left)} left`;
  }
  const all = Number(work.dataset.count) || 1;
  const whole = atEnd() ? Number(work.dataset.before) + shares.reduce((sum, one) => sum + one.words, 0) : read;
  byId("share").value = Math.round((whole / all) * 1000);
  const where = byId("where");
  const share = `${Math.round((whole / all) * 100)} %`;
  const [long, short] = [element("span", { class: "long" }), element("span", { class: "short", "aria-hidden": "true" })];
  long.textContent = [name, said, share].filter(Boolean).join(" · ");
  short.textContent = [said.replace(/ minutes? left| left/, " min"), share].filter(Boolean).join(" · ");
  where.replaceChildren(long, short);
  if (all > whole + 300 && shares.length === 1 && all > shares[0].words + 100) where.title = `${minutes(all - whole)} left in the whole work`;
}

// ---------------------------------------------------------------- sheets

function closeSheets() {
  for (const panel of document.querySelectorAll("details.panel[open]")) panel.open = false;
}

for (const panel of document.querySelectorAll("details.panel")) {
  const close = document.createElement("button");
  close.type = "button";
  close.className = "plain close";
  close.setAttribute("aria-label", "Close");
  close.textContent = "×";
  close.addEventListener("click", () => (panel.open = false));
  panel.querySelector(".sheet").prepend(close);
  let from = null;
  panel.addEventListener("toggle", () => {
    if (panel.open) {
      for (const other of document.querySelectorAll("details.panel[open]")) if (other !== panel) other.open = false;
      from = document.activeElement;
      close.focus({ preventScroll: true });
      panel.querySelector("[aria-current]")?.scrollIntoView({ block: "center" });
    } else if (panel.contains(document.activeElement) || document.activeElement === document.body) {
      (from?.isConnected && from !== document.body ? from : document.getElementById("main")).focus({ preventScroll: true });
    }
  });
}

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !document.querySelector("dialog[open]")) closeSheets();
});
document.addEventListener("pointerdown", (event) => {
  if (event.target instanceof Element && !event.target.closest("details.panel, #bar, dialog")) closeSheets();
});

const toggle = (id) => {
  const panel = byId(id);
  if (panel) panel.open = !panel.open;
};
byId("do-contents")?.addEventListener("click", () => toggle("contents"));
byId("do-settings")?.addEventListener("click", () => toggle("reading-settings"));

// ---------------------------------------------------------------- keys

const say = (text) => (byId("said").textContent = text);

keys.follow("n", "Next chapter", "a[rel=next]");
keys.follow("p", "Previous chapter", "a[rel=prev]");
if (byId("contents")) keys.add("t", "Chapter index", () => toggle("contents"));
keys.add("s", "Reading settings", () => toggle("reading-settings"));
keys.add(["+", "="], "Larger type", () => say(`Size ${step(1) ?? "is the largest"}`));
keys.add("-", "Smaller type", () => say(`Size ${step(-1) ?? "is the smallest"}`));
if (document.fullscreenEnabled)
  keys.add("f", "Full screen", () => (document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen()));

// ---------------------------------------------------------------- beginning

document.addEventListener("settled", () => {
  pages.settle(here);
  tell();
});
pages.settle();
restore();
// The browser goes to the paragraph of the address by itself, as late as when all is loaded: then once more to the line.
let touched = false;
for (const kind of ["pointerdown", "keydown", "wheel", "touchstart"]) addEventListener(kind, () => (touched = true), { once: true, passive: true });
addEventListener("load", () => setTimeout(() => touched || restore(), 0));
follow(tell);
tell();

export { choose, numberOf };
