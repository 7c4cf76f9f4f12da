// The page that stands where the library cannot be reached: what is kept on this device.

import { element } from "./keys.js";

const list = document.getElementById("kept");

async function kept() {
  const found = [];
  for (const name of await caches.keys()) {
    if (!name.startsWith("variorum-kept-")) continue;
    const about = await (await caches.open(name)).match("/kept/about");
    if (about) found.push({ name, ...(await about.json()) });
  }
  return found.sort((a, b) => b.at.localeCompare(a.at));
}

if (globalThis.caches) {
  for (const one of await kept()) {
    const remove = element("button", { class: "quiet", "aria-label": `Keep ${one.title} no longer` }, "Keep no longer");
    const line = element("li", {}, element("a", { href: one.address }, one.title), " ", remove);
    remove.addEventListener("click", async () => {
      await caches.delete(one.name);
      line.remove();
    });
    list.append(line);
  }
  document.getElementById("none").hidden = list.children.length > 0;
}
