// On every page: the keys everybody has. The theme needs nothing from here; the server writes it on <html>.
import { keys } from "./keys.js";

const search = () => document.querySelector("[role=search] input[type=search]");

keys.add("/", "Search", () => {
  const box = search();
  if (box) {
    box.focus();
    box.select();
  } else {
    location.assign("/#q");
  }
});

// The search box of the shelf is what "/" on another page leads to.
if (location.hash === "#q") search()?.focus();
