// Single keys, told in one place. A page registers what it can do; `?` shows the list.
//
//   import { keys } from "./keys.js";
//   keys.add("n", "Next chapter", () => …);          one key
//   keys.add(["+", "="], "Larger type", () => …);    several for one thing; the first is the one that is shown
//   keys.follow("n", "Next chapter", "a[rel=next]"); follows that link where there is one
//
// What this never does: take a key together with Ctrl, Alt or Meta (those are the browser's), take arrows, Space, Tab,
// Page Up or Page Down, or act while somebody types. A reader may switch single keys off (WCAG 2.1.4): the server then
// writes data-keys="off" on <html>, and only what is focused hears them.

const RESERVED = /^(Arrow|Page|Tab$|Enter$| $|Home$|End$|Escape$|F\d)/;
const bound = new Map();
const order = [];

/** Whether what a person types belongs to a field, a list of choices or an open dialog. */
function typing(target) {
  return target instanceof Element && target.closest("input, textarea, select, [contenteditable]:not([contenteditable=false])") !== null;
}

function add(names, says, act) {
  const all = [names].flat();
  for (const name of all) {
    if (RESERVED.test(name)) throw new RangeError(`the key ${name} is the browser's`);
    bound.set(name, act);
  }
  order.push({ name: all[0], says });
}

function follow(name, says, selector) {
  if (document.querySelector(selector)) add(name, says, () => document.querySelector(selector)?.click());
}

const off = () => document.documentElement.dataset.keys === "off";

function heard(event) {
  if (event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
  if (off() || typing(event.target) || document.querySelector("dialog[open]")) return;
  const act = bound.get(event.key);
  if (act === undefined) return;
  event.preventDefault();
  act(event);
}

/** Elements from words alone: no markup is ever parsed. */
function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

function help() {
  let dialog = document.getElementById("keys-help");
  if (!dialog) {
    const list = element("dl", { class: "keys" });
    const rows = [...order, { name: "Esc", says: "Close" }];
    for (const { name, says } of rows) {
      list.append(element("div", {}, element("dt", {}, element("kbd", {}, name)), element("dd", {}, says)));
    }
    const close = element("button", { class: "quiet" }, "Close");
    close.addEventListener("click", () => dialog.close());
    const settings = element("a", { href: "/settings#s-keys" }, "Switch keys off");
    dialog = element("dialog", { id: "keys-help", "aria-labelledby": "keys-title" });
    dialog.append(element("h2", { id: "keys-title" }, "Keys"), list, element("p", { class: "buttons" }, close, " ", settings));
    document.body.append(dialog);
  }
  dialog.showModal();
}

add("?", "This list", help);
document.addEventListener("keydown", heard);

export const keys = { add, follow, help, off };
export { element };
