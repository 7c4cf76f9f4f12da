// Answers for the library where it cannot be reached: kept works from their caches, our files beside them, a list of what is kept.
// Nothing is kept that nobody asked to keep, and whatever the library answers itself comes first.

const FILES = "variorum-files";
const OFFLINE = "/offline";

self.addEventListener("install", (event) => {
  event.waitUntil(
    (async () => {
      const page = await fetch(OFFLINE);
      const text = await page.clone().text();
      const cache = await caches.open(FILES);
      await cache.put(OFFLINE, page);
      const files = [...text.matchAll(/(?:href|src)="(\/static\/[^"]+)"/g)].map((found) => found[1]);
      await cache.addAll([...new Set(files)]);
      await self.skipWaiting();
    })(),
  );
});

self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

async function kept(request) {
  const url = new URL(request.url);
  url.hash = "";
  for (const name of await caches.keys()) {
    if (!name.startsWith("variorum-")) continue;
    const found = await (await caches.open(name)).match(url.pathname + url.search);
    if (found) return found;
  }
  return null;
}

/** Where a kept work was last: "continue" leads to the page that was open when it was kept. */
async function begun(path) {
  const found = /^\/works\/([^/]+)\/(?:continue|read)/.exec(path);
  if (!found) return null;
  const about = await (await caches.open(`variorum-kept-${decodeURIComponent(found[1])}`)).match("/kept/about");
  if (!about) return null;
  return Response.redirect((await about.json()).address, 303);
}

async function answer(request) {
  const url = new URL(request.url);
  // A file under its fingerprint never changes: no need to ask.
  if (/^\/static\/[0-9a-f]{16}\//.test(url.pathname)) {
    const found = await kept(request);
    if (found) return found;
  }
  try {
    const fresh = await fetch(request);
    // What is kept is renewed whenever it is read with the library at hand.
    if (fresh.ok && !fresh.redirected && request.mode === "navigate") {
      const work = /^\/works\/([^/]+)\/read/.exec(url.pathname);
      const name = work && `variorum-kept-${decodeURIComponent(work[1])}`;
      if (name && (await caches.has(name))) {
        const cache = await caches.open(name);
        if (await cache.match(url.pathname + url.search)) await cache.put(url.pathname + url.search, fresh.clone());
      }
    }
    return fresh;
  } catch (error) {
    const found = (await kept(request)) ?? (request.mode === "navigate" ? ((await begun(url.pathname)) ?? (await kept(new Request(OFFLINE)))) : null);
    if (found) return found;
    throw error;
  }
}

self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method === "GET" && url.origin === self.location.origin) event.respondWith(answer(event.request));
});
