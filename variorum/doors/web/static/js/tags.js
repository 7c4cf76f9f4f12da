// Tags: one box that ticks all of a list. Without script each is ticked by hand.
for (const form of document.querySelectorAll("form.bulk")) {
  const boxes = [...form.querySelectorAll("input[name=on]")];
  if (boxes.length < 2) continue;
  const label = document.createElement("label");
  label.className = "all";
  const all = document.createElement("input");
  all.type = "checkbox";
  label.append(all, ` All ${boxes.length} on this page`);
  form.querySelector("ul").before(label);
  const show = () => {
    const ticked = boxes.filter((box) => box.checked).length;
    all.checked = ticked === boxes.length;
    all.indeterminate = ticked > 0 && ticked < boxes.length;
  };
  all.addEventListener("change", () => {
    for (const box of boxes) box.checked = all.checked;
  });
  form.addEventListener("change", (event) => {
    if (event.target !== all) show();
  });
  show();
}
