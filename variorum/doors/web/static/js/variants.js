// The key v opens the other readings of the paragraph in view, and v again closes them and goes on to the next.
// Without script every one of them is a details element that opens by itself.
import { keys } from "./keys.js";

const all = () => [...document.querySelectorAll("details.variants")];

/** The next paragraph with readings, from a third of the way down the window. */
function next() {
  const open = all().findIndex((e) => e.open);
  if (open >= 0) {
    all()[open].open = false;
    return all()[open + 1];
  }
  return all().find((e) => (e.previousElementSibling ?? e).getBoundingClientRect().bottom > innerHeight / 4);
}

function show() {
  const found = next();
  if (!found) return;
  found.open = true;
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  found.scrollIntoView({ block: "center", behavior: calm ? "auto" : "smooth" });
  found.querySelector("summary").focus({ preventScroll: true });
}

if (all().length) keys.add("v", "Other readings", show);
else keys.follow("v", "Other readings", "a.show-variants");
