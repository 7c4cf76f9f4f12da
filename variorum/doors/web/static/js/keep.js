// Keeps a work on this device, to be read where the library cannot be reached. Needs a service worker: https, or this machine.

import { worker } from "./worker.js";

const work = document.getElementById("work");
const button = document.getElementById("keep");
const say = (text) => (document.getElementById("said").textContent = text);
const ID = work.dataset.work;
const CACHE = `variorum-kept-${ID}`;

/** The pages of this copy: the one that is open, the entire work, and each chapter. */
function addresses() {
  const links = [...document.querySelectorAll("#contents ol a, .worknav > a[href*='/read']")].map((a) => a.getAttribute("href"));
  const plain = links.filter((href) => !/[?&](repairs|marking)=/.test(href));
  return [...new Set([location.pathname + location.search, ...plain])];
}

function show(kept) {
  button.hidden = false;
  button.setAttribute("aria-pressed", String(kept));
  button.textContent = kept ? "Kept on this device ✓" : "Keep on this device";
}

async function keep() {
  button.textContent = "Keeping …";
  const cache = await caches.open(CACHE);
  const wanted = addresses();
  try {
    for (const address of wanted) {
      const answer = await fetch(address);
      if (!answer.ok || answer.redirected) throw new Error(`${answer.status}`);
      const page = await answer.clone().text();
      await cache.put(address, answer);
      const files = [...page.matchAll(/(?:href|src)="(\/static\/[^"]+)"/g)].map((found) => found[1]);
      const shared = await caches.open("variorum-files");
      for (const file of new Set(files)) if (!(await shared.match(file))) await shared.add(file);
    }
    const about = { title: document.getElementById("title").textContent, address: wanted[0], pages: wanted.length, at: new Date().toISOString() };
    await cache.put("/kept/about", new Response(JSON.stringify(about), { headers: { "Content-Type": "application/json" } }));
    show(true);
    say("Kept on this device.");
  } catch {
    await caches.delete(CACHE);
    show(false);
    say("It could not be kept.");
  }
}

async function drop() {
  await caches.delete(CACHE);
  show(false);
  say("No longer kept on this device.");
}

if (globalThis.caches && navigator.serviceWorker && isSecureContext) {
  worker();
  caches.has(CACHE).then(show); // not awaited: the page's keys must not wait for it
  button.addEventListener("click", async () => ((await caches.has(CACHE)) ? drop() : keep()));
}
