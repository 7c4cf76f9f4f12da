// Highlights and notes: made of what is selected, shown by the server as marks, changed in a dialog.

import { element, keys } from "./keys.js";
import { fetched, swap } from "./fragment.js";
import { chosen } from "./words.js";

const COLOURS = ["amber", "rose", "leaf", "sky"];
const REMEMBERED = "variorum:colour";
const work = document.getElementById("work");
const byId = (id) => document.getElementById(id);
const say = (text) => (byId("said").textContent = text);

const colour = () => {
  try {
    const held = localStorage.getItem(REMEMBERED);
    return COLOURS.includes(held) ? held : COLOURS[0];
  } catch {
    return COLOURS[0];
  }
};

// ---------------------------------------------------------------- what is selected

let selected = null;

function look() {
  const now = document.activeElement?.closest?.("#bar, dialog") ? selected : chosen();
  selected = now;
  byId("doing-choice").hidden = !now;
  byId("doing-all").hidden = Boolean(now) || !byId("doing-aloud").hidden;
}

document.addEventListener("selectionchange", () => setTimeout(look, 60));

/** Puts in the paragraphs that the page has anew, and the list of notes; the rest of the page stays as it is. */
function renew(page, ...numbers) {
  for (const number of new Set(numbers)) swap(page, `p${number}`);
  swap(page, "yours");
}

async function send(address, sent, numbers, said) {
  try {
    renew(await fetched(address, { form: sent }), ...numbers);
    say(said);
  } catch {
    say("That could not be kept: the library cannot be reached.");
  }
}

async function mark(note) {
  const words = selected ?? chosen();
  if (!words) {
    say("Choose some words first.");
    return;
  }
  const sent = new URLSearchParams({ ...words, copy: work.dataset.copy, colour: colour(), back: location.pathname + location.search });
  if (note) {
    const answer = await ask({ exact: words.said, note: "", colour: colour(), made: false });
    if (!answer) return;
    sent.set("note", answer.note);
    sent.set("colour", answer.colour);
  }
  const numbers = [];
  for (let n = words.p; n <= words.to_p && numbers.length < 200; n += 1) numbers.push(n);
  document.getSelection()?.removeAllRanges();
  selected = null;
  await send(`/works/${encodeURIComponent(work.dataset.work)}/notes`, sent, numbers, note ? "Noted." : "Highlighted.");
  look();
}

for (const [id, note] of [
  ["do-highlight", false],
  ["do-note", true],
]) {
  byId(id).addEventListener("pointerdown", (event) => event.preventDefault()); // the selection stays
  byId(id).addEventListener("click", () => mark(note));
}
keys.add("h", "Highlight what is selected", () => mark(false));
keys.add("m", "Highlight it with a note", () => mark(true));

// ---------------------------------------------------------------- the dialog

/** Asks for a note and a colour; gives { note, colour, remove } or null when nothing was chosen. */
function ask({ exact, note, colour: held, made }) {
  const text = element("textarea", { id: "note-text", rows: "5" });
  text.value = note;
  const colours = element("fieldset", { class: "colours" }, element("legend", {}, "Colour"));
  for (const name of COLOURS) {
    const input = element("input", { type: "radio", name: "colour", value: name });
    input.checked = name === held;
    colours.append(element("label", {}, input, element("span", { class: `hl ${name}` }, name)), " ");
  }
  const keepIt = element("button", { value: "keep" }, "Keep");
  const cancel = element("button", { class: "quiet", value: "cancel", formnovalidate: "" }, "Leave it");
  const remove = element("button", { class: "quiet", value: "remove" }, "Take away");
  const buttons = element("p", { class: "buttons" }, keepIt, " ", cancel, ...(made ? [" ", remove] : []));
  const short = exact.length > 240 ? `${exact.slice(0, 240)}…` : exact;
  const form = element(
    "form",
    { method: "dialog", class: "noteform" },
    element("h2", { id: "note-title" }, made ? "Your note" : "A note"),
    element("blockquote", {}, short),
    element("p", {}, element("label", { for: "note-text" }, "Note"), text),
    colours,
    buttons,
  );
  const dialog = element("dialog", { "aria-labelledby": "note-title" }, form);
  document.body.append(dialog);
  dialog.showModal();
  text.focus();
  return new Promise((done) => {
    dialog.addEventListener("close", () => {
      const how = dialog.returnValue;
      const picked = form.elements.colour.value;
      dialog.remove();
      if (how !== "keep" && how !== "remove") return done(null);
      try {
        localStorage.setItem(REMEMBERED, picked);
      } catch {
        // remembered for this page only
      }
      return done({ note: text.value, colour: picked, remove: how === "remove" });
    });
  });
}

/** Opens the dialog for a note that stands on this page. */
async function open(id) {
  let page;
  try {
    page = await fetched(`/notes/${encodeURIComponent(id)}`);
  } catch {
    say("The note cannot be had: the library cannot be reached.");
    return;
  }
  const held = page.querySelector("form.noteform");
  if (!held) return;
  const answer = await ask({
    exact: page.querySelector(".quoted mark")?.textContent ?? "",
    note: held.querySelector("textarea").value,
    colour: held.querySelector("input[name=colour]:checked")?.value ?? COLOURS[0],
    made: true,
  });
  if (!answer) return;
  const marks = [...document.querySelectorAll("mark[data-note]")].filter((m) => m.dataset.note === id);
  const numbers = marks.map((m) => Number(m.closest("[id^=p]")?.id.slice(1))).filter(Boolean);
  const sent = new URLSearchParams({ note: answer.note, colour: answer.colour, back: location.pathname + location.search });
  if (answer.remove) sent.set("remove", "1");
  await send(`/notes/${encodeURIComponent(id)}`, sent, numbers, answer.remove ? "Taken away." : "Kept.");
}

document.addEventListener("click", (event) => {
  if (!(event.target instanceof Element) || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const sign = event.target.closest("a.note-sign");
  const marked = event.target.closest("mark[data-note]");
  if (sign) {
    event.preventDefault();
    open(sign.getAttribute("href").split("/").at(-1));
  } else if (marked && !event.target.closest("a") && document.getSelection()?.isCollapsed) {
    open(marked.dataset.note);
  }
});
