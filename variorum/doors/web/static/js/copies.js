// The page of copies works without this. With it: how many are ticked is said, and what cannot be meant is not offered.

const form = document.getElementById("rule");
const said = form?.querySelector(".ticked");
const button = (act) => form.querySelector(`button[value=${act}]`);

function count() {
  const ticked = form.querySelectorAll("input[name=copy]:checked").length;
  said.textContent = ticked ? `${ticked} ticked` : "";
  button("same").disabled = ticked < 2;
  button("different").disabled = button("base").disabled = ticked < 1;
}

if (form) {
  form.addEventListener("change", count);
  count();
}
