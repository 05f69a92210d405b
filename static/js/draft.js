// Keeps what is typed in this tab until it is saved: through a reload, a lost connection, the end
// of a session. Values only, under user and page. Restored for the same user, never sent by itself.

const PREFIX = "cartox-draft:";
const KEPT_FOR = 12 * 60 * 60 * 1000;
const NEVER_KEPT = new Set(["csrfmiddlewaretoken", "confirm", "told", "typed_by", "shown_for", "report"]);
const user = document.body.dataset.user ?? "";
const key = `${PREFIX}${user}:${window.location.pathname}`;
let timer = 0;
let first = 0; // when the oldest of the values was typed, and the newest; 0 where none was
let last = 0;

// A form that holds a name or an MRN says data-draft="never": nothing of it is kept.
const KEEPING = 'form[data-draft]:not([data-draft="never"])';
const theForm = () => document.querySelector(KEEPING);

function drop(unwanted) {
  for (const name of Object.keys(sessionStorage)) {
    if (name.startsWith(PREFIX) && unwanted(name)) sessionStorage.removeItem(name);
  }
}

function keep() {
  clearTimeout(timer);
  const form = theForm();
  if (!form || !user || !last) return;
  const values = [...new FormData(form)].filter(([name]) => !NEVER_KEPT.has(name));
  sessionStorage.setItem(key, JSON.stringify({ first, last, values }));
}

function forget() {
  clearTimeout(timer);
  first = last = 0;
  sessionStorage.removeItem(key);
}

function kept() {
  const draft = JSON.parse(sessionStorage.getItem(key) ?? "null");
  if (draft && Date.now() - draft.last < KEPT_FOR) return draft;
  forget();
  return null;
}

function restore() {
  const form = theForm();
  const draft = form ? kept() : null;
  if (!draft) return;
  const has = (name, value) => draft.values.some(([n, v]) => n === name && v === value);
  for (const input of form.elements) {
    if (!input.name || NEVER_KEPT.has(input.name)) continue;
    if (input.type === "radio" || input.type === "checkbox") input.checked = has(input.name, input.value);
    else if (input.type !== "submit") input.value = draft.values.find(([n]) => n === input.name)?.[1] ?? input.value;
  }
  for (const fold of form.querySelectorAll("details")) {
    if (fold.querySelector("input:checked") || [...fold.querySelectorAll("input[type=text], select, textarea")].some((box) => box.value)) fold.open = true;
  }
  tell(form, draft.first);
  form.dispatchEvent(new Event("input", { bubbles: true })); // the grades follow
  ({ first, last } = draft); // bringing values back is not typing them
  clearTimeout(timer);
}

function ago(moment) {
  const minutes = Math.round((Date.now() - moment) / 60_000);
  if (minutes < 1) return "just now";
  const hours = Math.floor(minutes / 60);
  return `${hours ? `${hours} h ` : ""}${minutes % 60} min ago`;
}

function tell(form, begun) {
  const notice = form.querySelector("#draft-notice");
  if (!notice) return;
  const age = ago(begun);
  notice.querySelector("#draft-age").textContent = `Typed ${age}: check the time.`;
  notice.hidden = false;
}

document.addEventListener("input", (event) => {
  if (!event.target.closest?.(KEEPING)) return;
  last = Date.now();
  first ||= last;
  clearTimeout(timer);
  timer = setTimeout(keep, 200);
});
window.addEventListener("pagehide", keep);

// Saved: the server answers with the way to the chart. Overtaken: what was typed is on the page.
document.addEventListener("htmx:beforeOnLoad", (event) => {
  const { xhr, elt } = event.detail;
  if (!elt.matches?.("form[data-draft]")) return;
  if (xhr.status === 409 || xhr.getResponseHeader("HX-Redirect")) forget();
});
document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-draft-discard]")) return;
  forget();
  window.location.reload();
});

// Signing out, or another user on the same tablet.
document.addEventListener("cartox:signing-out", () => {
  forget();
  drop(() => true);
});
if (user) drop((name) => !name.startsWith(`${PREFIX}${user}:`));

restore();
