// Reads aloud, sentence by sentence, with the sentence marked: the browser's own voices, where it has any.

import { keys } from "./keys.js";
import { here, show } from "./place.js";
import { pages } from "./pages.js";
import { paragraphs, rangeIn, textOf } from "./words.js";

const speech = globalThis.speechSynthesis;
const work = document.getElementById("work");
const byId = (id) => document.getElementById(id);
const HELD = "variorum:voice";

let list = []; // paragraphs to be read
let at = { paragraph: 0, sentence: 0 };
let sentences = []; // of the paragraph being read: { start, end, text } in code points
let speaking = false;
let turn = 0; // tells an utterance that was overtaken from the one that counts

const lang = () => work.querySelector(".text[lang]")?.lang || work.dataset.lang || document.documentElement.lang;

function held() {
  try {
    return JSON.parse(localStorage.getItem(HELD) ?? "{}");
  } catch {
    return {};
  }
}

function hold(change) {
  try {
    localStorage.setItem(HELD, JSON.stringify({ ...held(), ...change }));
  } catch {
    // for this page only
  }
}

/** The sentences of a paragraph, as the language divides them. */
function divided(paragraph) {
  const text = textOf(paragraph);
  const parts = Intl.Segmenter ? [...new Intl.Segmenter(lang(), { granularity: "sentence" }).segment(text)].map((s) => s.segment) : [text];
  let start = 0;
  return parts
    .map((part) => {
      const size = [...part].length;
      const one = { start, end: start + [...part.trimEnd()].length, text: part.trim() };
      start += size;
      return one;
    })
    .filter((one) => /[\p{L}\p{N}]/u.test(one.text));
}

function markSentence(paragraph, one) {
  const range = rangeIn(paragraph, one.start, one.end);
  if (globalThis.Highlight && CSS.highlights) CSS.highlights.set("spoken", new Highlight(range));
  const box = range.getBoundingClientRect();
  const out = pages.on() ? box.left < 0 || box.left > innerWidth - 8 : box.top < 40 || box.bottom > innerHeight - 90;
  if (!out) return;
  if (pages.on()) pages.to(range);
  else show(paragraph, one.start);
}

/** The paragraph and sentence to read next, skipping what has no words; null at the end of the page. */
function current() {
  while (at.paragraph < list.length) {
    sentences = divided(list[at.paragraph]);
    if (at.sentence < 0) at.sentence = Math.max(sentences.length - 1, 0);
    if (at.sentence < sentences.length) return { paragraph: list[at.paragraph], one: sentences[at.sentence] };
    at = { paragraph: at.paragraph + 1, sentence: 0 };
  }
  return null;
}

function speak() {
  turn += 1;
  const mine = turn;
  const next = current();
  speech.cancel();
  if (!next) {
    const on = document.querySelector(".turn a[rel=next]");
    stop();
    if (on && held().onward !== false) {
      sessionStorage.setItem("variorum:aloud", "1"); // goes on by itself in the next chapter
      on.click();
    }
    return;
  }
  markSentence(next.paragraph, next.one);
  const said = new SpeechSynthesisUtterance(next.one.text);
  said.lang = lang();
  said.rate = held().rate ?? 1;
  const voice = speech.getVoices().find((v) => v.voiceURI === held().voice);
  if (voice) said.voice = voice;
  const after = () => {
    if (mine !== turn || !speaking) return;
    at.sentence += 1;
    speak();
  };
  said.onend = after;
  said.onerror = (event) => event.error !== "interrupted" && event.error !== "canceled" && after();
  speech.speak(said);
}

function begin() {
  list = paragraphs().filter((p) => p.closest(".text"));
  const place = here();
  at = { paragraph: Math.max(list.indexOf(place?.paragraph), 0), sentence: 0 };
  const near = divided(list[at.paragraph]).findIndex((one) => one.end > (place?.offset ?? 0));
  at.sentence = Math.max(near, 0);
  speaking = true;
  bar();
  speak();
}

function pause() {
  speaking = !speaking;
  turn += 1;
  if (speaking) speak();
  else speech.cancel(); // pause() is forgotten by some browsers: the sentence begins anew instead
  bar();
}

function stop() {
  speaking = false;
  turn += 1;
  list = [];
  speech.cancel();
  CSS.highlights?.delete("spoken");
  bar();
}

function by(step) {
  at.sentence += step;
  if (at.sentence < 0 && at.paragraph > 0) at = { paragraph: at.paragraph - 1, sentence: -1 };
  at.sentence = at.paragraph === 0 ? Math.max(at.sentence, 0) : at.sentence;
  speaking = true;
  bar();
  speak();
}

function bar() {
  const on = list.length > 0;
  byId("doing-aloud").hidden = !on;
  byId("doing-all").hidden = on;
  byId("aloud-pause").textContent = speaking ? "Pause" : "Go on";
}

// ---------------------------------------------------------------- the voice

function voices() {
  const dialog = document.createElement("dialog");
  dialog.setAttribute("aria-labelledby", "voice-title");
  const make = (name, text) => Object.assign(document.createElement(name), { textContent: text ?? "" });
  const title = Object.assign(make("h2", "Voice"), { id: "voice-title" });
  const choice = Object.assign(document.createElement("select"), { id: "voice" });
  choice.append(new Option("the browser's own", ""));
  const own = lang().slice(0, 2).toLowerCase();
  const all = speech.getVoices().toSorted((a, b) => Number(b.lang.toLowerCase().startsWith(own)) - Number(a.lang.toLowerCase().startsWith(own)));
  for (const v of all) choice.append(new Option(`${v.name} (${v.lang})`, v.voiceURI, false, v.voiceURI === held().voice));
  const rate = Object.assign(document.createElement("input"), { id: "rate", type: "range", min: "0.5", max: "2.5", step: "0.1", value: String(held().rate ?? 1) });
  const told = make("output", `${rate.value} ×`);
  rate.addEventListener("input", () => (told.textContent = `${rate.value} ×`));
  const label = (text, input) => {
    const line = make("p");
    const name = Object.assign(make("label", text), { htmlFor: input.id });
    line.append(name, " ", input);
    return line;
  };
  const close = Object.assign(make("button", "Keep"), { type: "button" });
  close.addEventListener("click", () => {
    hold({ voice: choice.value, rate: Number(rate.value) });
    dialog.close();
  });
  const rateLine = label("Pace", rate);
  rateLine.append(" ", told);
  const buttons = Object.assign(make("p"), { className: "buttons" });
  buttons.append(close);
  dialog.append(title, label("Voice", choice), rateLine, buttons);
  dialog.addEventListener("close", () => {
    dialog.remove();
    if (list.length) {
      speaking = true;
      bar();
      speak();
    }
  });
  document.body.append(dialog);
  speaking = false;
  turn += 1;
  speech.cancel();
  dialog.showModal();
}

if (speech && globalThis.SpeechSynthesisUtterance && paragraphs().length) {
  byId("do-aloud").hidden = false;
  byId("do-aloud").addEventListener("click", begin);
  byId("aloud-pause").addEventListener("click", pause);
  byId("aloud-stop").addEventListener("click", stop);
  byId("aloud-back").addEventListener("click", () => by(-1));
  byId("aloud-on").addEventListener("click", () => by(1));
  byId("aloud-voice").addEventListener("click", voices);
  keys.add("l", "Listen, or stop listening", () => (list.length ? stop() : begin()));
  addEventListener("pagehide", () => speech.cancel());
  if (sessionStorage.getItem("variorum:aloud")) {
    sessionStorage.removeItem("variorum:aloud");
    setTimeout(begin, 300);
  }
}
