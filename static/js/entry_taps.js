// Tap buttons: a second tap changes nothing, "none" stands alone, an offer fills fields.

const isTap = (input) => input instanceof HTMLInputElement && (input.type === "radio" || input.type === "checkbox");

function changed(input) {
  input.dispatchEvent(new Event("input", { bubbles: true }));
}

// The second tap of a double tap is taken as none, wherever the first one led. Save may be tapped as
// often as one likes: a form is stored once; each tap on "−1 h" is meant.
const DOUBLE_TAP_MS = 500;
const SAME_PLACE_PX = 24;
let last = { at: -Infinity, x: 0, y: 0 };

document.addEventListener("click", (event) => {
  if (!event.detail) return; // by a key, or by a script
  const { timeStamp: at, clientX: x, clientY: y } = event;
  const isSecond = at - last.at < DOUBLE_TAP_MS && Math.hypot(x - last.x, y - last.y) < SAME_PLACE_PX;
  last = { at, x, y };
  if (!isSecond || event.target.closest("#save, [data-earlier]") || !event.target.closest("form[data-draft]")) return;
  event.preventDefault();
  event.stopImmediatePropagation();
}, true);

// One of several answers stays when it is tapped again, as a single one does; the cross takes them
// back. A key toggles each.
document.addEventListener("click", (event) => {
  const input = event.target;
  if (event.detail && isTap(input) && input.dataset.alone && !input.checked) event.preventDefault();
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
  const button = event.target.closest('button[name^="fill"]');
  if (!button || !button.closest("form[data-draft]")) return;
  if (button.name === "fill") event.preventDefault();
  const along = button.name === "fill" ? [] : button.form.querySelectorAll('[name="fill_too"]:checked');
  for (const { value } of [button, ...along]) fill(button.form, new URLSearchParams(value));
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
