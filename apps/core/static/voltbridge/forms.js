// What forms gain where a script runs: a search line over long lists, the chosen ones in view, one more empty row.

const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

const show = (picker) => {
  const tags = [...picker.querySelectorAll("input:checked")].map((box) => {
    const tag = document.createElement("span");
    tag.className = "tag";
    tag.textContent = box.parentElement.textContent.trim();
    return tag;
  });
  const chosen = picker.querySelector(".picker__chosen");
  chosen.replaceChildren(...(tags.length ? tags : [chosen.dataset.none]));
};

const filter = (picker, typed) => {
  const wanted = plain(typed.trim());
  let found = 0;
  for (const choice of picker.querySelectorAll(".picker__choice")) {
    choice.hidden = !plain(choice.textContent).includes(wanted);
    if (!choice.hidden) found += 1;
  }
  for (const family of picker.querySelectorAll(".picker__family")) family.hidden = wanted !== "";
  picker.querySelector(".picker__none").hidden = found > 0;
};

const keys = (event, picker, line) => {
  if (event.key === "Escape") {
    if (line.value) event.preventDefault();
    line.value = "";
    filter(picker, "");
  } else if (event.key === "Enter") {
    event.preventDefault(); // chooses; does not send the form
    const first = picker.querySelector(".picker__choice:not([hidden]) input");
    if (first && line.value) first.click();
  }
};

for (const picker of document.querySelectorAll(".picker__fold")) {
  const line = picker.querySelector(".picker__find input");
  line.parentElement.hidden = false;
  line.addEventListener("input", () => filter(picker, line.value));
  line.addEventListener("keydown", (event) => keys(event, picker, line));
  picker.addEventListener("change", () => show(picker));
}

for (const button of document.querySelectorAll("button.add")) {
  const rows = button.closest("[data-rows]");
  const total = rows.querySelector("input[name$='-TOTAL_FORMS']");
  const most = Number(rows.querySelector("input[name$='-MAX_NUM_FORMS']").value);
  button.hidden = Number(total.value) >= most;
  button.addEventListener("click", () => {
    const row = rows.querySelector("template").content.cloneNode(true).firstElementChild;
    row.innerHTML = row.innerHTML.replaceAll("__prefix__", total.value);
    total.value = Number(total.value) + 1;
    button.before(row);
    button.hidden = Number(total.value) >= most;
    row.querySelector("input, select").focus();
  });
}
