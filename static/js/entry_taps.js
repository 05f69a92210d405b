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
function valuesOf(query) {
  const values = new Map();
  for (const [name, value] of new URLSearchParams(query)) values.set(name, [...(values.get(name) ?? []), value]);
  return values;
}

function fill(form, query) {
  for (const [name, wanted] of valuesOf(query)) {
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
  const isRest = button.name === "fill_rest_and_save";
  if (isRest && hasOtherAnswer(button.form, button.value)) return; // the server asks anew
  for (const { value } of [button, ...along]) {
    if (!isRest || !hasOtherAnswer(button.form, value)) fill(button.form, value);
  }
});

// What was offered as unchanged may stand on the page while somebody answers otherwise.
function hasOtherAnswer(form, query) {
  const entered = new FormData(form);
  for (const [name, wanted] of valuesOf(query)) {
    const typed = entered.getAll(name).filter((value) => value);
    if (typed.length && String(typed) !== String(wanted)) return true;
  }
  return false;
}

// Enter in a box goes to the next one, so that it never saves half an entry. Ctrl+Enter saves, wherever
// the focus is: in a box, on an answer or an offer, or nowhere; not in another form of the page.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter") return;
  const around = event.target.closest?.("form");
  const form = around ?? document.querySelector("form[data-draft]:has(#save)");
  if (!form?.matches("form[data-draft]")) return;
  if (event.ctrlKey || event.metaKey) {
    event.preventDefault();
    const save = form.querySelector("#save");
    if (!save || event.repeat || form.inert || document.querySelector("dialog[open]")) return;
    // htmx sends along the button that had the focus last: an offer would be filled in, not saved
    save.dispatchEvent(new FocusEvent("focusin", { bubbles: true }));
    form.requestSubmit(save);
  } else if (around && event.target instanceof HTMLInputElement) {
    event.preventDefault();
    next(form, event.target)?.focus();
  }
});

function next(form, from) {
  const stops = [...form.elements].filter((element) => element.matches("input:not([type=hidden]), select, textarea, #save") && element.offsetParent);
  return stops[stops.indexOf(from) + 1];
}

// A tap into a filled box selects what is in it, so that typing replaces it; the next one sets the
// caret.
const isBox = (element) => element instanceof HTMLInputElement && element.matches('form[data-draft] input[inputmode]');
let pressed = null;

document.addEventListener("pointerdown", ({ target }) => {
  pressed = isBox(target) && target !== document.activeElement ? target : null;
});
document.addEventListener("focusin", ({ target }) => {
  if (isBox(target)) target.select();
});
document.addEventListener("click", ({ target }) => {
  if (target === pressed && target.selectionStart === target.selectionEnd) target.select();
  pressed = null;
});
