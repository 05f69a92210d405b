// A scanner of wristbands types like a keyboard: quick keys that end in Enter. A scan opens its
// patient; beside a form of a patient it is compared with that patient; it never lands in a field.

import { csrfToken } from "./vault.js";

const QUICK = 50; // milliseconds between two keys; a hand is slower over so many of them
const SHORTEST = 4;
let keys = "";
let last = 0;
let before = null; // the field that had the focus at the first key, and what stood in it

const says = () => document.getElementById("scan-says");
const entryForm = () => document.querySelector("form[data-draft]");
const isField = (element) => element?.matches?.("input, textarea, select") ?? false;
const isTyped = (element) => isField(element) && !element.matches("[type=radio], [type=checkbox], [type=submit], [type=button]");

window.addEventListener("keydown", (event) => {
  if (event.key === "Shift") return;
  const quick = event.timeStamp - last <= QUICK && !event.repeat;
  last = event.timeStamp;
  const focused = document.activeElement;
  if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing || focused?.matches("#find-text, [type=password]")) keys = "";
  else if (event.key === "Enter") end(event, quick);
  else if (event.key.length !== 1) keys = "";
  else {
    if (!quick || !keys) {
      keys = "";
      before = isTyped(focused) ? { field: focused, value: focused.value } : null;
    } else if (!isTyped(focused)) swallow(event); // no shortcut of the page
    keys += event.key;
  }
}, true);

function swallow(event) {
  event.preventDefault();
  event.stopImmediatePropagation();
}

function end(event, quick) {
  const text = keys;
  keys = "";
  if (!quick || text.length < SHORTEST) return;
  swallow(event);
  if (before && before.field.value !== before.value) {
    before.field.value = before.value;
    for (const name of ["input", "change"]) before.field.dispatchEvent(new Event(name, { bubbles: true }));
  }
  scanned(text);
}

async function scanned(text) {
  const course = document.getElementById("identity")?.dataset.course;
  const form = entryForm();
  const mrn = course ? null : form?.querySelector("input[name=mrn]");
  const asked = new URLSearchParams({ text });
  if (form && course) asked.set("course", course);
  if (mrn) asked.set("admits", "");
  say("Wristband scanned…");
  let answer;
  try {
    const sent = await fetch("/wristband/", { method: "POST", headers: { "X-CSRFToken": csrfToken() }, body: asked });
    if (sent.status === 401) return unknown(form, course, text, "Your session has ended: sign in, then scan again.");
    if (!sent.ok) throw new Error(sent.status);
    answer = await sent.json();
  } catch {
    return unknown(form, course, text, "Cartox does not answer: the wristband is not compared yet.");
  }
  if (answer.open) return window.location.assign(answer.open);
  if (answer.mrn) {
    mrn.value = answer.mrn;
    for (const name of ["input", "change"]) mrn.dispatchEvent(new Event(name, { bubbles: true }));
    return say("The MRN of the wristband is filled in.");
  }
  if (answer.matches === true) {
    form.querySelector("input[name=scanned]")?.remove();
    return say("The wristband matches.", "matches");
  }
  if (answer.matches === false) return toRightPatient(form, text);
  say(answer.says, "wrong");
}

// Nothing of a scan that could not be compared is lost: the server compares it at the save.
function unknown(form, course, text, why) {
  if (form && course) {
    put(form, "scanned", text);
    say(`${why} It is compared when you save.`, "wrong");
  } else say(why, "wrong");
}

// Another patient's wristband stops the form: a page says so, and leads on with what was typed.
function toRightPatient(form, text) {
  put(form, "scanned", text);
  put(form, "scanned_on", window.location.pathname);
  put(form, "csrfmiddlewaretoken", csrfToken());
  document.dispatchEvent(new CustomEvent("cartox:typed-goes-along"));
  form.action = "/wristband/another/";
  HTMLFormElement.prototype.submit.call(form);
}

function put(form, name, value) {
  for (const old of form.querySelectorAll(`input[type="hidden"][name="${name}"]`)) old.remove();
  form.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
}

function say(text, state = "") {
  says().textContent = text;
  says().dataset.state = state;
}
