// What htmx leaves to the page: saying that the server did not answer, the filters' sheet, folds that were open.

const folded = () => [...document.querySelectorAll("details[id][open]")].map((each) => each.id);
let open = [];

const tell = () => {
  const notices = document.getElementById("notices");
  const words = document.getElementById("unreachable");
  if (notices && words) notices.replaceChildren(words.content.cloneNode(true));
};

document.addEventListener("htmx:sendError", tell);
document.addEventListener("htmx:timeout", tell);
document.addEventListener("htmx:responseError", tell);

document.addEventListener("htmx:beforeSwap", () => {
  open = folded();
});

document.addEventListener("htmx:afterSettle", () => {
  for (const id of open) document.getElementById(id)?.setAttribute("open", "");
});

// "Show 240 listings" on a phone: the sheet has done its work.
document.addEventListener("submit", (event) => {
  const sheet = event.target.querySelector("[popover]:popover-open");
  if (sheet) sheet.hidePopover();
});

// A button that leads to another page leaves this one, with all that the form says.
document.addEventListener("htmx:confirm", (event) => {
  const button = event.detail.triggeringEvent?.submitter;
  if (!button?.hasAttribute("formaction")) return;
  event.preventDefault();
  location.assign(`${button.formAction}?${new URLSearchParams(new FormData(button.form))}`);
});
