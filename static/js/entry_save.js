// Saving by htmx: where the answer is lost nobody knows whether it was saved; everything typed stays.

import { reason } from "./refusal.js";

const isEntry = (element) => element instanceof Element && element.matches("form[data-draft]");

// The token in the page is that of the time it was opened; the header carries today's.
document.addEventListener("htmx:configRequest", (event) => {
  if (event.detail.headers["X-CSRFToken"]) delete event.detail.parameters.csrfmiddlewaretoken;
});

// With one of these nothing was stored; 409 and 422 show a page that says so.
const STORED_NOTHING = new Set([401, 403, 404, 411, 413, 415]);

// A tap on one of these shows the form again and stores nothing; any other saves.
const MEANWHILE = { read: "Reading the report…", fill: "Filling in…" };
const tapped = ({ requestConfig }) => requestConfig?.triggeringEvent?.submitter;
const storesNothing = (detail) => tapped(detail)?.name in MEANWHILE;

const buttonWords = () => document.getElementById("save")?.textContent.trim() ?? "Save";

function sayNotKnown(hidden) {
  const notice = document.getElementById("not-saved");
  if (!notice) return;
  document.getElementById("it-waits").hidden = true;
  for (const words of notice.querySelectorAll("[data-button-words]")) words.textContent = buttonWords();
  notice.hidden = hidden;
}

// What waits is sent by itself; typing on takes it back.
document.addEventListener("cartox:waits", () => { document.getElementById("it-waits").hidden = false; });
document.addEventListener("cartox:typed", () => { document.getElementById("it-waits").hidden = true; });

// Why nothing was stored, in the words of the answer where it is one of Cartox.
const reasonOf = (xhr) => reason(xhr.status, xhr.getResponseHeader("Content-Type"), xhr.responseText);

function sayNothingSaved(xhr) {
  const page = new DOMParser().parseFromString(xhr.responseText, "text/html");
  const again = page.querySelector("[data-why]")?.dataset.why === "again" ? ` Then tap “${buttonWords()}” again.` : "";
  showNothingSaved(reasonOf(xhr) + again, xhr.status === 401);
}

function showNothingSaved(words, isSignedOut = false) {
  const notice = document.getElementById("nothing-saved");
  if (!notice) return;
  notice.querySelector("[data-reason]").textContent = words;
  notice.querySelector("a").hidden = !isSignedOut;
  notice.hidden = false;
}

// No answer: a save may have been stored, a tap that only shows the form again was not.
function sayNoAnswer(detail) {
  if (storesNothing(detail)) showNothingSaved(`Cartox did not answer. Tap “${tapped(detail).textContent.trim()}” again.`);
  else sayNotKnown(false);
}

function hideNothingSaved() {
  const notice = document.getElementById("nothing-saved");
  if (notice) notice.hidden = true;
}

// Grades that did not follow say so, and what kept them; the next answer takes it back.
function sayOld(element, hidden, why = "Cartox did not answer.") {
  const notice = element.id === "grades" ? document.getElementById("preview-old") : null;
  if (!notice) return;
  notice.textContent = `${why} These grades may be older than what you typed.`;
  notice.hidden = hidden;
}

for (const name of ["htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(name, (event) => {
    if (isEntry(event.detail.elt)) sayNoAnswer(event.detail);
    sayOld(event.detail.elt, false);
  });
}
document.addEventListener("htmx:afterOnLoad", (event) => {
  if (event.detail.xhr.status < 400) sayOld(event.detail.elt, true);
});
document.addEventListener("htmx:responseError", (event) => {
  const { elt, xhr } = event.detail;
  if (STORED_NOTHING.has(xhr.status) && (isEntry(elt) || xhr.status === 401)) sayNothingSaved(xhr);
  else if (isEntry(elt)) sayNoAnswer(event.detail);
  sayOld(elt, false, xhr.status === 413 ? reasonOf(xhr) : undefined);
});

// An answer to what stood in the form before the last tap would take that tap back: it is passed over,
// and the request that the tap brought follows.
let inputs = 0;
document.addEventListener("input", (event) => { if (event.target.closest("#entry-form")) inputs += 1; });
document.addEventListener("htmx:beforeRequest", (event) => { event.detail.requestConfig.inputs = inputs; });
document.addEventListener("htmx:beforeSwap", (event) => {
  const { elt, inputs: then } = event.detail.requestConfig;
  if (!isEntry(elt) && elt.closest("#entry") && then !== inputs) event.detail.shouldSwap = false;
});

// Overtaken, or opened by another user: sent once more as the browser does without a script, so that
// the whole page of the answer is shown, with its own header. Nothing is stored by that either.
document.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr, requestConfig } = event.detail; // `elt` of this event is the target
  const form = requestConfig.elt;
  if (!isEntry(form) || xhr.status !== 409) return;
  event.detail.shouldSwap = false;
  const { name, value } = requestConfig.triggeringEvent?.submitter ?? {};
  const token = requestConfig.headers["X-CSRFToken"];
  for (const [key, text] of [[name, value], ["csrfmiddlewaretoken", token]]) {
    if (key && text !== undefined) addHidden(form, key, text);
  }
  form.submit();
});

function addHidden(form, name, value) {
  for (const old of form.querySelectorAll(`input[type="hidden"][name="${name}"]`)) old.remove();
  form.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
}
document.addEventListener("htmx:beforeRequest", (event) => {
  if (!isEntry(event.detail.elt)) return;
  sayNotKnown(true);
  hideNothingSaved();
  hold(event.detail.elt, MEANWHILE[tapped(event.detail)?.name] ?? "Saving…");
});
document.addEventListener("htmx:afterRequest", (event) => {
  if (isEntry(event.detail.elt)) release(event.detail.elt);
});

// While it is being saved nothing can be typed: the answer would bring back what was sent, and
// what came after it would be lost.
let focused = null;

function hold(form, words) {
  focused = document.activeElement;
  form.inert = true;
  const saying = document.getElementById("saving");
  if (saying) saying.textContent = words;
}

function release(form) {
  form.inert = false;
  const saying = document.getElementById("saving");
  if (saying) saying.textContent = "";
  if (form.contains(focused)) focused.focus({ preventScroll: true });
}

// A bar with the save button stays below on a narrow screen: what has the focus is scrolled clear of
// it, as of the strip with the patient's name above (focus.js).
const BARS = ".entry__side, .entry__save, #grades, #save, .not-saved:not([hidden])";

function measure() {
  const root = document.documentElement.style;
  const strip = Number.parseFloat(root.getPropertyValue("--strip")) || 0;
  const top = document.getElementById("entry")?.getBoundingClientRect().top ?? 0;
  root.setProperty("--above", `${Math.max(strip, Math.round(top))}px`);
  const bars = [...document.querySelectorAll(BARS)].filter((bar) => {
    const { position, bottom } = getComputedStyle(bar);
    return position === "sticky" && bottom !== "auto";
  });
  const high = bars.map((bar) => Number.parseFloat(getComputedStyle(bar).bottom) + bar.offsetHeight);
  root.setProperty("--bar", `${Math.max(0, ...high)}px`);
}

measure();
window.addEventListener("resize", measure);
window.addEventListener("scroll", measure, { passive: true });
document.addEventListener("htmx:afterSettle", measure);
