// The search box suggests while one types: an ARIA combobox with a list. Without script the box is a box.
const box = document.querySelector("[role=search] input[name=q]");
const PATIENCE = 90; // milliseconds after the last key
const NAMES = {
  author: "creator",
  tag: "tag",
  title: "title",
  fandom: "fandom",
  relationship: "relationship",
  character: "character",
  warning: "warning",
  category: "category",
  rating: "rating",
};

if (box) {
  const list = document.createElement("ul");
  list.id = "suggestions";
  list.className = "suggestions";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "Suggestions");
  list.hidden = true;
  box.after(list);
  box.setAttribute("role", "combobox");
  box.setAttribute("aria-autocomplete", "list");
  box.setAttribute("aria-expanded", "false");
  box.setAttribute("aria-controls", list.id);

  let found = { before: "", suggestions: [] };
  let chosen = -1;
  let asked = 0;
  let waiting = 0;

  const close = () => {
    list.hidden = true;
    chosen = -1;
    box.setAttribute("aria-expanded", "false");
    box.removeAttribute("aria-activedescendant");
  };

  const choose = (at) => {
    chosen = at;
    [...list.children].forEach((item, number) => item.setAttribute("aria-selected", String(number === at)));
    if (at < 0) {
      box.removeAttribute("aria-activedescendant");
    } else {
      box.setAttribute("aria-activedescendant", list.children[at].id);
      list.children[at].scrollIntoView({ block: "nearest" });
    }
  };

  const take = (at) => {
    box.value = `${found.before}${found.suggestions[at].insert} `;
    close();
    box.focus();
  };

  const show = () => {
    list.replaceChildren(
      ...found.suggestions.map((one, number) => {
        const item = document.createElement("li");
        item.id = `suggestion-${number}`;
        item.setAttribute("role", "option");
        item.setAttribute("aria-selected", "false");
        const value = document.createElement("span");
        value.textContent = one.value;
        value.dir = "auto";
        const about = document.createElement("span");
        about.className = "n";
        about.textContent = `${NAMES[one.field] ?? one.field}${one.field === "title" ? "" : `, ${one.works}`}`;
        item.append(value, " ", about);
        item.addEventListener("pointerdown", (event) => {
          event.preventDefault();
          take(number);
        });
        return item;
      }),
    );
    chosen = -1;
    list.hidden = found.suggestions.length === 0;
    box.setAttribute("aria-expanded", String(!list.hidden));
    box.removeAttribute("aria-activedescendant");
  };

  const ask = async () => {
    const number = ++asked;
    const text = box.value;
    if (text.trim().length < 2) {
      close();
      return;
    }
    try {
      const answer = await fetch(`/api/v1/suggest?q=${encodeURIComponent(text)}`, { headers: { accept: "application/json" } });
      const said = answer.ok ? await answer.json() : { before: "", suggestions: [] };
      if (number === asked && document.activeElement === box) {
        found = said;
        show();
      }
    } catch {
      close(); // no answer: the box works all the same
    }
  };

  box.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(ask, PATIENCE);
  });
  box.addEventListener("blur", close);
  box.addEventListener("keydown", (event) => {
    if (list.hidden || event.isComposing) return;
    const count = found.suggestions.length;
    if (event.key === "ArrowDown") choose((chosen + 1) % count);
    else if (event.key === "ArrowUp") choose((chosen <= 0 ? count : chosen) - 1);
    else if (event.key === "Enter" && chosen >= 0) take(chosen);
    else if (event.key === "Escape") close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
}
