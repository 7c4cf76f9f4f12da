// Pages instead of scrolling: the text stands in columns as wide as the window, and the window moves by whole pages.

const work = document.getElementById("work");

const on = () => document.documentElement.dataset.flow === "paged";
const gap = () => parseFloat(getComputedStyle(work).columnGap) || 0;
const width = () => work.clientWidth + gap();
const count = () => Math.max(Math.ceil((work.scrollWidth - 1) / width()), 1);
const now = () => (Math.abs(work.scrollLeft) >= work.scrollWidth - work.clientWidth - 2 ? count() - 1 : Math.round(Math.abs(work.scrollLeft) / width()));
const backwards = () => getComputedStyle(work).direction === "rtl";

function go(page) {
  const wanted = Math.min(Math.max(page, 0), count() - 1);
  work.scrollLeft = wanted * width() * (backwards() ? -1 : 1);
  document.dispatchEvent(new CustomEvent("turned"));
  return wanted === page;
}

/** Fills the last page with empty columns, so that it begins where the one before it ends. */
function fill() {
  work.querySelectorAll(":scope > .filling").forEach((old) => old.remove());
  if (!on()) return;
  const style = getComputedStyle(work);
  const frame = work.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight) + gap();
  const beside = Math.max(Math.floor(frame / (parseFloat(style.columnWidth) + gap())), 1);
  const used = Math.round((work.scrollWidth + gap()) / (frame / beside));
  for (let n = used; n % beside !== 0; n += 1) {
    const filling = document.createElement("div");
    filling.className = "filling";
    work.append(filling);
  }
}

/** A page on (1) or back (-1); beyond the last one, the next chapter. */
function turn(by) {
  if (!go(now() + by)) document.querySelector(by > 0 ? ".turn a[rel=next]" : ".turn a[rel=prev]")?.click();
}

function to(range) {
  const [box, frame] = [range.getBoundingClientRect(), work.getBoundingClientRect()];
  const at = backwards() ? frame.right - box.right - work.scrollLeft : box.left - frame.left + work.scrollLeft;
  go(Math.floor((at + 1) / width()));
}

function busy(target) {
  return target instanceof Element && target.closest("a, button, input, textarea, select, summary, details, dialog, mark[data-note]") !== null;
}

document.addEventListener("keydown", (event) => {
  if (!on() || event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey || busy(event.target)) return;
  if (document.querySelector("dialog[open], details.panel[open]")) return;
  const by = { ArrowRight: 1, PageDown: 1, ArrowLeft: -1, PageUp: -1, " ": event.shiftKey ? -1 : 1 }[event.key];
  if (event.key === "Home") go(0);
  else if (event.key === "End") go(count() - 1);
  else if (by) turn(event.key.startsWith("Arrow") && backwards() ? -by : by);
  else return;
  event.preventDefault();
});

// A tap on the outer thirds turns; a swipe does; in the middle nothing happens, so that words can be chosen.
let start = null;
work.addEventListener("pointerdown", (event) => (start = { x: event.clientX, y: event.clientY, at: event.timeStamp }));
work.addEventListener("pointerup", (event) => {
  if (!on() || !start || busy(event.target) || !document.getSelection()?.isCollapsed) return;
  const [dx, dy] = [event.clientX - start.x, event.clientY - start.y];
  if (Math.abs(dx) > 40 && Math.abs(dx) > 2 * Math.abs(dy)) turn(dx < 0 !== backwards() ? 1 : -1);
  else if (Math.hypot(dx, dy) < 8 && event.timeStamp - start.at < 400) {
    const third = event.clientX / innerWidth;
    if (third < 0.28) turn(backwards() ? 1 : -1);
    else if (third > 0.72) turn(backwards() ? -1 : 1);
  }
});
work.addEventListener("wheel", (event) => on() && Math.abs(event.deltaY) > 10 && turn(event.deltaY > 0 ? 1 : -1), { passive: true });
addEventListener("resize", () => {
  fill();
  if (on()) go(now());
});

// What else moves the columns (a found word, a link in focus, a place in the address) may stop between two pages.
let settling = 0;
work.addEventListener("scroll", () => {
  if (!on()) return;
  clearTimeout(settling);
  settling = setTimeout(() => {
    const at = Math.abs(work.scrollLeft);
    if (Math.abs(at - Math.round(at / width()) * width()) > 2) go(Math.floor((at + 1) / width()));
  }, 60);
});

export const pages = {
  on,
  to,
  last: () => now() >= count() - 1,
  /** After a change of settings: stays at the same words. */
  settle(here) {
    const place = here?.();
    work.tabIndex = on() ? 0 : -1;
    fill();
    if (on() && place) place.paragraph.scrollIntoView({ inline: "start", block: "nearest", behavior: "instant" });
    if (on()) go(now());
  },
};
