// Choosing several works: how many are ticked stands beside the choice, and goes with the form, so that nothing is asked twice.
const form = document.querySelector("form.choose");
if (form) {
  const boxes = [...form.querySelectorAll("input[name=work]")];
  const said = form.querySelector("[data-count]");
  const sure = document.createElement("input");
  sure.type = "hidden";
  sure.name = "sure";
  form.append(sure);
  const count = () => {
    const ticked = boxes.filter((box) => box.checked).length;
    const all = form.elements.which.value === "all";
    said.textContent = ticked ? `(${ticked})` : "";
    sure.value = all ? form.dataset.total : ticked;
  };
  form.addEventListener("change", (event) => {
    if (event.target.name === "work" && event.target.checked) form.elements.which.value = "ticked";
    count();
  });
  count();
}
