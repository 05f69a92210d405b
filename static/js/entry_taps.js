// Tap buttons: a second tap takes an answer back, "none" stands alone, an offer fills fields.

const isTap = (input) => input instanceof HTMLInputElement && (input.type === "radio" || input.type === "checkbox");

function changed(input) {
  input.dispatchEvent(new Event("input", { bubbles: true }));
}

// A checked radio that is tapped again is unchecked. What was checked is known before the click.
let checkedBefore = null;

function remember(event) {
  const input = event.target.closest("label")?.querySelector("input") ?? event.target;
  checkedBefore = isTap(input) && input.checked ? input : null;
}

document.addEventListener("pointerdown", remember, true);
document.addEventListener("keydown", (event) => {
  if (event.key === " ") remember(event);
}, true);

document.addEventListener("click", (event) => {
  const input = event.target;
  if (!isTap(input) || input.type !== "radio" || input !== checkedBefore || input.required) return;
  checkedBefore = null;
  input.checked = false;
  changed(input);
});

// "None" and the other answers of its group exclude each other.
document.addEventListener("input", (event) => {
  const input = event.target;
  if (!isTap(input) || input.type !== "checkbox" || !input.dataset.alone || !input.checked) return;
  const none = input.dataset.alone;
  for (const other of input.form.querySelectorAll(`input[name="${input.name}"]`)) {
    if (other !== input && (input.value === none || other.value === none)) other.checked = false;
  }
});

// An offer's value is a query string of fields and values.
export function fill(form, pairs) {
  const values = new Map();
  for (const [name, value] of pairs) values.set(name, [...(values.get(name) ?? []), value]);
  for (const [name, wanted] of values) {
    for (const input of form.querySelectorAll(`[name="${CSS.escape(name)}"]`)) {
      if (isTap(input)) input.checked = wanted.includes(input.value);
      else input.value = wanted[0];
    }
  }
  changed(form);
}

document.addEventListener("click", (event) => {
  const button = event.target.closest('button[name="fill"]');
  if (!button || !button.closest("form[data-draft]")) return;
  event.preventDefault();
  fill(button.form, new URLSearchParams(button.value));
});

// Enter in a box goes to the next one, so that it never saves half an entry; Ctrl+Enter saves.
document.addEventListener("keydown", (event) => {
  const form = event.target.closest?.("form[data-draft]");
  if (!form || event.key !== "Enter") return;
  if (event.ctrlKey || event.metaKey) {
    event.preventDefault();
    form.requestSubmit(form.querySelector("#save"));
  } else if (event.target instanceof HTMLInputElement) {
    event.preventDefault();
    next(form, event.target)?.focus();
  }
});

function next(form, from) {
  const stops = [...form.elements].filter((element) => element.matches("input:not([type=hidden]), select, textarea, #save") && element.offsetParent);
  return stops[stops.indexOf(from) + 1];
}
