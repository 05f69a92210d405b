// The box for a pasted report: read as soon as it is pasted; a text that is too long is not taken.

const box = () => document.querySelector("textarea[data-most]");

function tooLong(length) {
  const most = Number(box().dataset.most);
  const notice = document.querySelector("[data-too-long]");
  notice.hidden = length <= most;
  notice.textContent = notice.hidden
    ? ""
    : `This text has ${length.toLocaleString("en")} characters; at most ${most.toLocaleString("en")} are read. It was not pasted: copy the results alone.`;
  return !notice.hidden;
}

document.addEventListener("paste", (event) => {
  if (event.target !== box()) return;
  const pasted = event.clipboardData?.getData("text/plain") ?? "";
  if (tooLong(event.target.value.length + pasted.length)) {
    event.preventDefault();
    return;
  }
  const button = event.target.form.querySelector("[data-read]");
  setTimeout(() => button.click(), 0); // the box holds the text then
});

// A row that the report filled was not typed by a hand, but it is kept and checked like one.
document.addEventListener("htmx:afterSettle", (event) => {
  const { name } = event.detail.requestConfig?.triggeringEvent?.submitter ?? {};
  if (name !== "read") return;
  document.getElementById("entry-form")?.dispatchEvent(new Event("input", { bubbles: true }));
  if (document.activeElement === document.body) document.querySelector("[data-read]")?.focus({ preventScroll: true });
});
