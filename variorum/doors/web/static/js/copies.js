// The page of copies works without this. With it: how many are ticked is said, what cannot be meant is not offered, and
// `j`, `k` and `n` go through the groups, `x` ticks the one gone to.
import { keys } from "./keys.js";

const form = document.getElementById("rule");
const said = form?.querySelector(".ticked");
const many = form?.querySelector("button[value=ticked]");
const button = (act) => form.querySelector(`button[value=${act}]`);
const groups = () => [...document.querySelectorAll(".groups > li")];

function count() {
  const ticked = form.querySelectorAll("input[name=copy]:checked").length;
  said.textContent = ticked ? `${ticked} ticked` : "";
  button("same").disabled = ticked < 2;
  button("different").disabled = button("base").disabled = ticked < 1;
  if (!many) return;
  const whole = form.querySelectorAll("input[name=group]:checked").length;
  many.disabled = whole < 1;
  many.textContent = whole ? `Of the ${whole} ticked` : "Of the ticked groups";
}

/** The group that the focus is in, or that the address names. */
function here() {
  const within = document.activeElement?.closest(".groups > li");
  return within ?? document.querySelector(".groups > li:target");
}

function go(to) {
  if (!to) return;
  to.querySelector("legend a").focus();
  to.scrollIntoView({ block: "center" });
}

function step(by) {
  const all = groups();
  const at = all.indexOf(here());
  go(all[at < 0 ? (by > 0 ? 0 : all.length - 1) : at + by]);
}

if (form) {
  form.addEventListener("change", count);
  count();
}
if (groups().length) {
  keys.add("j", "Next group", () => step(1));
  keys.add("k", "Group before", () => step(-1));
  keys.add("n", "Next group not ruled on", () => (here()?.querySelector(".following") ?? document.querySelector(".undecided"))?.click());
  keys.add("x", "Tick the group", () => here()?.querySelector("input[name=group]")?.click());
}
