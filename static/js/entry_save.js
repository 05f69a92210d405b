// Saving by htmx: where the answer is lost nobody knows whether it was saved; everything typed stays.

const isEntry = (element) => element instanceof Element && element.matches("form[data-draft]");

// The token in the page is that of the time it was opened; the header carries today's.
document.addEventListener("htmx:configRequest", (event) => {
  if (event.detail.headers["X-CSRFToken"]) delete event.detail.parameters.csrfmiddlewaretoken;
});

// With one of these nothing was stored: app.js or the page of the answer says so.
const STORED_NOTHING = new Set([401, 403, 404, 409, 413, 415, 422]);

function sayNotKnown(hidden) {
  const banner = document.getElementById("not-saved");
  if (banner) banner.hidden = hidden;
}

// Grades that did not follow say so, whatever kept them; the next answer takes it back.
function sayOld(element, hidden) {
  const notice = element.id === "grades" ? document.getElementById("preview-old") : null;
  if (notice) notice.hidden = hidden;
}

for (const name of ["htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(name, (event) => {
    if (isEntry(event.detail.elt)) sayNotKnown(false);
    sayOld(event.detail.elt, false);
  });
}
document.addEventListener("htmx:afterOnLoad", (event) => {
  if (event.detail.xhr.status < 400) sayOld(event.detail.elt, true);
});
document.addEventListener("htmx:responseError", (event) => {
  const { elt, xhr } = event.detail;
  if (isEntry(elt) && !STORED_NOTHING.has(xhr.status)) sayNotKnown(false);
  sayOld(elt, false);
});
document.addEventListener("htmx:beforeRequest", (event) => {
  if (!isEntry(event.detail.elt)) return;
  sayNotKnown(true);
  hold(event.detail.elt);
});
document.addEventListener("htmx:afterRequest", (event) => {
  if (isEntry(event.detail.elt)) release(event.detail.elt);
});

// While it is being saved nothing can be typed: the answer would bring back what was sent, and
// what came after it would be lost.
let focused = null;

function hold(form) {
  focused = document.activeElement;
  form.inert = true;
  const saying = document.getElementById("saving");
  if (saying) saying.textContent = "Saving…";
}

function release(form) {
  form.inert = false;
  const saying = document.getElementById("saving");
  if (saying) saying.textContent = "";
  if (form.contains(focused)) focused.focus({ preventScroll: true });
}

// The strip with the patient's name stays above; the grades and the save button fill the rest.
function measure() {
  const root = document.documentElement.style;
  const strip = document.getElementById("identity")?.offsetHeight ?? 0;
  const top = document.getElementById("entry")?.getBoundingClientRect().top ?? 0;
  root.setProperty("--strip", `${strip}px`);
  root.setProperty("--above", `${Math.max(strip, Math.round(top))}px`);
}

measure();
window.addEventListener("resize", measure);
window.addEventListener("scroll", measure, { passive: true });
document.addEventListener("htmx:afterSettle", measure);
