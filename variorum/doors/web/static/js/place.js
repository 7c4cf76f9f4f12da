// Where one is: the first words that can be read at the top of the window. Kept by the server, by those words.

import { numberOf, offsetIn, paragraphOf, paragraphs, rangeIn, textOf } from "./words.js";
import { pages } from "./pages.js";

const work = document.getElementById("work");
const address = `/works/${encodeURIComponent(work.dataset.work)}/place`;
const LATER = "variorum:places"; // places that could not be sent, by address
const STILL = 1500; // milliseconds without moving
const SAID = 60; // code points that tell the place

let held = null; // the paragraphs, in order

/** { paragraph, offset } of the first words in sight; null before there are any. */
export function here() {
  held ??= paragraphs().filter((p) => p.closest(".text"));
  if (!held.length) return null;
  const top = pages.on() ? 0 : 12;
  const past = pages.on() ? (p) => lastRect(p).right > 1 : (p) => p.getBoundingClientRect().bottom > top + 8;
  let low = 0;
  let high = held.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (past(held[middle])) high = middle;
    else low = middle + 1;
  }
  const paragraph = held[low];
  return { paragraph, offset: firstInSight(paragraph, top) };
}

function lastRect(element) {
  const all = element.getClientRects();
  return all[all.length - 1] ?? element.getBoundingClientRect();
}

/** How far into a paragraph its first line in sight begins: halving, since lines only go downwards (or to the right, in pages). */
function firstInSight(paragraph, top) {
  const size = [...textOf(paragraph)].length;
  const seen = (at) => {
    const box = rangeIn(paragraph, at, Math.min(at + 1, size)).getBoundingClientRect();
    return pages.on() ? box.left > -1 : box.bottom > top + 4;
  };
  if (!size || seen(0)) return 0;
  let low = 0;
  let high = size - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (seen(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Whether the last words of the page are in sight. */
export function atEnd() {
  if (pages.on()) return pages.last();
  const last = held?.at(-1);
  return Boolean(last) && last.getBoundingClientRect().bottom < innerHeight;
}

/** Brings a place into sight. */
export function show(paragraph, offset = 0) {
  const range = rangeIn(paragraph, offset, offset + 1);
  if (pages.on()) pages.to(range);
  else if (offset > 0) scrollBy({ top: range.getBoundingClientRect().top - 24, behavior: "instant" });
  else paragraph.scrollIntoView({ block: "start", behavior: "instant" });
}

/** After "continue": from the paragraph in the address to the very line. */
export function restore() {
  const target = location.hash.length > 1 ? document.getElementById(decodeURIComponent(location.hash.slice(1))) : null;
  const paragraph = target && paragraphOf(target);
  if (!paragraph) return;
  const [number, offset] = (work.dataset.place ?? "").split(":").map(Number);
  if (number === numberOf(paragraph)) show(paragraph, offset);
  else if (pages.on()) show(paragraph);
}

// ---------------------------------------------------------------- keeping it

let last = "";
let timer = 0;
let moved = false;
let began = 0; // where the page stood when it was opened

function form(place) {
  const text = textOf(place.paragraph);
  const said = [...text].slice(place.offset, place.offset + SAID).join("");
  return new URLSearchParams({ copy: work.dataset.copy, p: numberOf(place.paragraph), at: place.offset, said, end: atEnd() ? "1" : "" });
}

const name = (place) => `${numberOf(place.paragraph)}:${place.offset}${atEnd() ? " end" : ""}`;

function later(sent) {
  sent.set("when", new Date().toISOString());
  try {
    const waiting = JSON.parse(localStorage.getItem(LATER) ?? "{}");
    waiting[address] = sent.toString();
    localStorage.setItem(LATER, JSON.stringify(waiting));
  } catch {
    // A browser that keeps nothing: the place is lost, the reading goes on.
  }
}

async function keep() {
  const place = here();
  if (!place || !moved || name(place) === last) return;
  last = name(place);
  const sent = form(place);
  try {
    const answer = await fetch(address, { method: "POST", body: sent, keepalive: true });
    if (!answer.ok && answer.status >= 500) later(sent);
  } catch {
    later(sent);
  }
}

function leave() {
  const place = here();
  // One may leave before the first scroll has been told.
  if (!place || !(moved || Math.abs(scrollY - began) > 200) || name(place) === last) return;
  last = name(place);
  const sent = form(place);
  if (!navigator.onLine || !navigator.sendBeacon(address, sent)) later(sent);
}

/** Places that were read while the library could not be reached. */
async function flush() {
  let waiting;
  try {
    waiting = JSON.parse(localStorage.getItem(LATER) ?? "{}");
  } catch {
    return;
  }
  for (const [to, sent] of Object.entries(waiting)) {
    if (!to.startsWith("/works/")) continue;
    try {
      const answer = await fetch(to, { method: "POST", body: new URLSearchParams(sent) });
      if (answer.status >= 500) return;
    } catch {
      return; // still away
    }
    delete waiting[to];
    localStorage.setItem(LATER, JSON.stringify(waiting));
  }
}

/** Calls `tell` while one moves, and keeps the place when one has come to rest or leaves. */
export function follow(tell) {
  let frame = 0;
  // Where the address led; a page without a place in its address begins at its head, even if one has scrolled before this ran.
  began = location.hash ? scrollY : 0;
  const heard = () => {
    moved = true;
    frame ||= requestAnimationFrame(() => {
      frame = 0;
      tell();
    });
    clearTimeout(timer);
    timer = setTimeout(keep, STILL);
  };
  addEventListener("scroll", heard, { passive: true });
  work.addEventListener("scroll", heard, { passive: true });
  document.addEventListener("turned", heard);
  addEventListener("resize", () => tell(), { passive: true });
  document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && leave());
  addEventListener("pagehide", leave);
  addEventListener("online", flush);
  flush();
}
