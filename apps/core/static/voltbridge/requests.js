// What htmx leaves to the page: saying that the server did not answer, and closing the filters' sheet.

const tell = () => {
  const notices = document.getElementById("notices");
  const words = document.getElementById("unreachable");
  if (notices && words) notices.replaceChildren(words.content.cloneNode(true));
};

document.addEventListener("htmx:sendError", tell);
document.addEventListener("htmx:timeout", tell);
document.addEventListener("htmx:responseError", tell);

// "Show 240 listings" on a phone: the sheet has done its work, unless more of a filter's values are asked for.
document.addEventListener("submit", (event) => {
  if (event.submitter?.name === "open") return;
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
