// Walking from change to change, by key and by a bar at the foot; a line between the two ends of a move.
//
// The page does all of it without this: every change has its anchor, and the margin leads to the one before and the
// next. Numbers run through the whole text; where the next change stands in another part, its own link leads there.
import { element, keys } from "./keys.js";

const text = document.querySelector(".marked");
const total = Number(text?.dataset.total ?? 0);
const anchors = new Map(); // number of a change -> what stands at its place
for (const node of document.querySelectorAll("[id^=c]")) {
  if (/^c\d+$/.test(node.id)) anchors.set(Number(node.id.slice(1)), node);
}
const numbers = [...anchors.keys()].sort((a, b) => a - b);
let current = null;

/** The words of a change: what follows an anchor without any, or the paragraph that is all its own. */
function words(node) {
  if (node.textContent.trim()) return node;
  const parent = node.parentElement;
  return parent?.matches("del, ins, span") ? parent : (node.nextElementSibling?.matches("del, ins") && node.nextElementSibling) || parent || node;
}

const label = element("span", { class: "where", role: "status" });
function button(says, key, step) {
  const made = element("button", { type: "button", class: "quiet" }, says, element("kbd", { "aria-hidden": "true" }, key));
  made.addEventListener("click", () => walk(step));
  return made;
}

function choose(number, { scroll = true } = {}) {
  document.querySelectorAll(".current-change").forEach((e) => e.classList.remove("current-change"));
  document.querySelectorAll(".strip .now").forEach((e) => e.classList.remove("now"));
  current = number;
  const node = anchors.get(number);
  label.textContent = `change ${number.toLocaleString("en")} of ${total.toLocaleString("en")}`;
  if (!node) return;
  const shown = words(node);
  shown.classList.add("current-change");
  const marks = [...document.querySelectorAll(".strip [data-change]")].filter((a) => Number(a.dataset.change) <= number);
  marks.sort((a, b) => Number(a.dataset.change) - Number(b.dataset.change)).at(-1)?.classList.add("now");
  if (scroll) {
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    shown.scrollIntoView({ block: "center", behavior: calm ? "auto" : "smooth" });
    history.replaceState(null, "", `#c${number}`);
  }
}

/** The change nearest to the middle of the window, from where a first step sets out. */
function inView() {
  const middle = innerHeight / 2;
  return numbers.findLast((n) => words(anchors.get(n)).getBoundingClientRect().top < middle) ?? 0;
}

function walk(step) {
  const from = current ?? inView();
  const next = step > 0 ? numbers.find((n) => n > from) : numbers.findLast((n) => n < from);
  if (next !== undefined) return choose(next);
  const other = document.querySelector(step > 0 ? ".parts a[rel=next]" : ".parts a[rel=prev]");
  if (other) location.assign(other.href + (step > 0 ? "#first" : "#last"));
}

/** A line in the margin from one end of a move to the other, where both stand on this page. */
function ties() {
  document.querySelectorAll(".tie").forEach((e) => e.remove());
  const around = text.getBoundingClientRect();
  for (const link of text.querySelectorAll("a.move[href^='#c']")) {
    const here = link.closest("p, li, .row, div, h2, h3");
    const there = anchors.get(Number(link.hash.slice(2)));
    if (!here || !there) continue;
    const ends = [here, words(there)].map((e) => e.getBoundingClientRect());
    const [top, bottom] = [Math.min(ends[0].top, ends[1].top), Math.max(ends[0].top, ends[1].top)];
    const tie = element("div", { class: "tie", "aria-hidden": "true" });
    tie.style.top = `${top - around.top + 10}px`;
    tie.style.height = `${bottom - top}px`;
    text.append(tie);
  }
}

if (text && numbers.length) {
  const bar = element("div", { id: "walk", role: "group", "aria-label": "From change to change" });
  bar.append(button("← Previous", "p", -1), label, button("Next →", "n", 1));
  label.textContent = total === 1 ? "1 change" : `${total.toLocaleString("en")} changes`;
  document.querySelector("main").append(bar);
  // Over the head of the page it would only cover what is there: it comes with the text.
  bar.hidden = true;
  new IntersectionObserver(([seen]) => { bar.hidden = !seen.isIntersecting; }, { rootMargin: "0px 0px -40% 0px" }).observe(text);
  if (location.hash === "#first") choose(numbers[0]);
  else if (location.hash === "#last") choose(numbers.at(-1));
  else if (/^#c\d+$/.test(location.hash)) choose(Number(location.hash.slice(2)), { scroll: false });
  addEventListener("hashchange", () => /^#c\d+$/.test(location.hash) && choose(Number(location.hash.slice(2)), { scroll: false }));
  keys.add(["n", "j"], "Next change", () => walk(1));
  keys.add(["p", "k"], "Previous change", () => walk(-1));
  if (!text.classList.contains("columns")) {
    ties();
    addEventListener("resize", ties);
    document.fonts?.ready.then(ties);
  }
}
keys.follow("s", "Small differences", ".small-switch");
for (const [key, says] of [["1", "The whole text"], ["2", "Two columns"], ["3", "Only the changes"]]) {
  keys.follow(key, says, `[data-view="${key}"]`);
}
