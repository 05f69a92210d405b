// Keeps what is typed in a form until it is saved: on the server every 15 s and when the page is
// left, and in this browser, encrypted, until the server has it. It offers what it kept, and neither
// fills nor sends a form by itself; after a session that ended at “Save” the form stands as typed.

import { reason } from "./refusal.js";
import { csrfToken, drop, dropDraft, opened, post, put, theKey, user } from "./vault.js";

const EVERY = 15_000;
const SOON = 2_000; // the first value of a form is kept after so long
const LOCALLY_AFTER = 300;
const LEFT = "cartox-left"; // in this tab: the form that was left last, its page and its newest value
const NEVER_KEPT = new Set(["csrfmiddlewaretoken", "confirm", "told", "typed_by", "shown_for", "report", "fill", "fill_too"]);

// A form that holds a name or an MRN says data-draft="never": nothing of it is kept.
const KEEPING = 'form[data-draft]:not([data-draft="never"])';
const theForm = () => document.querySelector(KEEPING);

let first = 0; // when the oldest of the values was typed, and the newest; 0 where none was
let last = 0;
let onServer = 0; // the newest value that the server has
let sentAt = 0;
let wasSent = false; // for saving, and no answer came
let leftAt = 0; // the newest value that was sent at leaving the page
let submitter = null;
let body = []; // what the last tap on a button of the form sent
let timer = 0;
let localTimer = 0;
let keeping = Promise.resolve();

function numberOf(form) {
  // The settings of a ward have no number of their own.
  if (!form.elements.uid) form.append(Object.assign(document.createElement("input"), { type: "hidden", name: "uid", value: crypto.randomUUID() }));
  return form.elements.uid.value;
}

const valuesOf = (form) => [...new FormData(form)].filter(([name]) => !NEVER_KEPT.has(name));
const title = () => document.title.replace(" · Cartox", "");

function fields(form) {
  return {
    address: window.location.pathname,
    uid: numberOf(form),
    typed_by: user,
    title: title(),
    content: JSON.stringify(valuesOf(form)),
    revision: last,
    age: Math.max(0, Date.now() - first),
    was_sent: wasSent ? "yes" : "",
  };
}

// What this browser keeps of the form: for another page of it, the values; for sending, the body.
function contentOf(form, more = {}) {
  const who = document.querySelector(".identity__name")?.textContent.trim().split(",")[0] ?? "";
  return { address: window.location.pathname, title: title(), zone: zone(), who, first: first || Date.now(), last: last || Date.now(), wasSent, values: valuesOf(form), ...more };
}

async function keepHere(form) {
  clearTimeout(localTimer);
  const [number, revision] = [numberOf(form), last];
  try {
    await put(number, "draft", contentOf(form));
    if (revision <= onServer) await dropDraft(number);
  } catch {
    // no store, or no key yet: the server keeps the draft alone
  }
}

function keepOnServer({ isLeft = false } = {}) {
  clearTimeout(timer);
  timer = 0;
  const form = theForm();
  if (!form || !user || last <= onServer) return Promise.resolve();
  const sent = { ...fields(form), is_left: isLeft ? "yes" : "" };
  sentAt = Date.now();
  keeping = post("/drafts/keep/", sent).then((answer) => answered(form, sent, answer), () => unreachable());
  return keeping;
}

async function answered(form, sent, answer) {
  if (answer.status === 429 || answer.status >= 500) return unreachable(answer.status);
  if (answer.status === 401) return say("Your session has ended: what you type is kept on this tablet for you.");
  const type = answer.headers.get("Content-Type");
  const words = await answer.text();
  if (!answer.ok) return say(`Not kept as a draft on Cartox. ${reason(answer.status, type, words)}`);
  onServer = Math.max(onServer, sent.revision);
  say(`Draft kept ${clock()}. ${words}`);
  if (last <= onServer) await dropDraft(sent.uid).catch(() => {});
}

function unreachable(status = 0) {
  if (status !== 429) say("Cartox does not answer. Go on typing: it is kept on this tablet.");
  schedule();
}

const zone = () => document.querySelector("form[data-draft] [data-zone]")?.dataset.zone;
const clock = () => new Date().toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit", timeZone: zone() });

function say(words) {
  const place = document.getElementById("draft-state");
  if (place && place.textContent !== words.trim()) place.textContent = words.trim();
}

function schedule() {
  if (!timer) timer = setTimeout(keepOnServer, Math.max(SOON, sentAt + EVERY - Date.now()));
}

document.addEventListener("input", (event) => {
  const form = event.target.closest?.(KEEPING);
  if (!form || !user) return;
  last = Date.now();
  first ||= last;
  document.dispatchEvent(new CustomEvent("cartox:typed"));
  schedule();
  clearTimeout(localTimer);
  localTimer = setTimeout(() => keepHere(form), LOCALLY_AFTER);
});

// At leaving the page; the browser sends it even where the page is gone.
function leave() {
  const form = theForm();
  if (!form || !user || last <= onServer || last <= leftAt) return;
  leftAt = last;
  sessionStorage.setItem(LEFT, JSON.stringify([numberOf(form), window.location.pathname, last]));
  const sent = new URLSearchParams({ ...fields(form), is_left: "yes", csrfmiddlewaretoken: csrfToken() });
  navigator.sendBeacon("/drafts/keep/", sent);
}
window.addEventListener("pagehide", leave);
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "hidden") leave();
});
window.addEventListener("offline", () => {
  if (theForm()) say("No connection. Go on typing: it is kept on this tablet.");
});
window.addEventListener("online", () => keepOnServer());

function forget() {
  clearTimeout(timer);
  clearTimeout(localTimer);
  timer = first = last = onServer = 0;
  wasSent = false;
}

// Saved: the server answers with the way to the chart, and has deleted its draft.
document.addEventListener("htmx:beforeOnLoad", (event) => {
  const { xhr, elt } = event.detail;
  if (!elt.matches?.(KEEPING) || !xhr.getResponseHeader("HX-Redirect")) return;
  forget();
  drop(numberOf(elt)).catch(() => {});
});
// Nobody knows whether it was saved: it waits here and is sent again (waiting.js); the server knows
// it by its number. Or the session had ended: it waits for the sign-in.
async function putAway(form, state) {
  clearTimeout(localTimer);
  first ||= Date.now();
  last ||= Date.now();
  wasSent ||= state === "waits";
  await put(numberOf(form), state, contentOf(form, { body }));
}

async function wait(form) {
  if (form.hasAttribute("data-asks") || ["read", "fill"].includes(submitter?.name)) return; // it would store nothing yet
  try {
    await putAway(form, "waits");
  } catch {
    return; // the page says what to do (entry_save.js)
  }
  document.dispatchEvent(new CustomEvent("cartox:waits"));
}

async function goToSignIn(form) {
  try {
    await putAway(form, "ended");
  } catch {
    return;
  }
  window.location.assign(`/accounts/login/?next=${encodeURIComponent(window.location.pathname)}`);
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches(KEEPING)) return;
  submitter = event.submitter;
  body = [...new FormData(form, submitter)].filter(([name]) => name !== "csrfmiddlewaretoken");
}, true);
for (const name of ["htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(name, ({ detail: { elt } }) => {
    if (elt.matches?.(KEEPING)) wait(elt);
  });
}
document.addEventListener("htmx:responseError", ({ detail: { elt, xhr } }) => {
  if (!elt.matches?.(KEEPING)) return;
  if (xhr.status === 401) goToSignIn(elt);
  else if (xhr.status >= 500) wait(elt);
});
document.addEventListener("cartox:send-again", (event) => {
  const form = theForm();
  if (!form || form.inert || numberOf(form) !== event.detail.id) return;
  event.preventDefault(); // this page sends it, and shows the answer
  form.requestSubmit(submitter?.form === form && submitter.isConnected ? submitter : form.querySelector("#save"));
});

// Whoever signs out waits for what is typed to be kept; the sign-in page has nothing to ask.
document.addEventListener("cartox:signing-out", (event) => {
  event.detail?.waits.push(keepOnServer({ isLeft: true }));
});

// What was sent at leaving this page may arrive after the page was asked for again, which offers no
// draft then or an older one.
async function waitForWhatWasLeft() {
  const [number, address, revision] = JSON.parse(sessionStorage.getItem(LEFT) ?? "[]");
  sessionStorage.removeItem(LEFT);
  if (address !== window.location.pathname) return;
  const isIn = (place) => Number(place.querySelector(`.draft-offer[data-uid="${number}"]`)?.dataset.revision) >= revision;
  const shown = document.getElementById("draft-offers");
  shown.inert = true;
  try {
    let offers = shown;
    for (let wait = 100; !isIn(offers) && wait < 2_000; wait *= 2) {
      await new Promise((resolve) => setTimeout(resolve, wait));
      const answer = await fetch(window.location.href);
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      offers = page.getElementById("draft-offers");
      if (!answer.ok || !offers) return;
    }
    if (offers === shown) return;
    shown.replaceWith(offers);
    htmx.process(offers);
  } finally {
    shown.inert = false;
  }
}

// What this browser kept of this form and the server has not, or has older.
async function offerOwn() {
  const form = theForm();
  if (!form || !user) return;
  await waitForWhatWasLeft().catch(() => {});
  theKey().catch(() => {}); // while Cartox answers
  const number = numberOf(form);
  for (const record of await opened("draft", "ended", "refused")) {
    const { content, id } = record;
    if (content.address !== window.location.pathname) continue;
    const isAsTyped = JSON.stringify(content.values) === JSON.stringify(valuesOf(form));
    if (id === number && isAsTyped) goOn(content);
    else offer(form, record);
  }
}

// The page that takes over a draft: its values are typed already.
function goOn(content) {
  ({ first, last, wasSent } = content);
  keepOnServer({ isLeft: true });
  if (document.getElementById("draft-continued")) return;
  const words = `This is your draft, ${ago(first)}: check the time.`;
  const notice = Object.assign(document.createElement("p"), { id: "draft-continued", className: "message message--warning", textContent: words });
  notice.setAttribute("role", "status");
  document.getElementById("draft-offers").append(notice);
}

function offer(form, { id, state, content }) {
  const old = document.querySelector(`.draft-offer[data-uid="${id}"]`);
  if (old && Number(old.dataset.revision) >= content.last && state === "draft") return void drop(id);
  const made = document.getElementById("draft-offer").content.cloneNode(true).firstElementChild;
  made.dataset.uid = id;
  made.querySelector("[data-age]").textContent = ago(content.first);
  const remark = content.why ?? (content.wasSent ? "It was sent once and no answer came. Saved again, it is stored once." : "");
  made.querySelector("[data-remark]").textContent = remark;
  const sending = made.querySelector("form");
  for (const [name, value] of content.values) sending.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
  sending.elements.csrfmiddlewaretoken.value = csrfToken();
  made.querySelector("[data-discard]").addEventListener("click", async () => {
    await drop(id);
    await post("/drafts/discard/", { uid: id, typed_by: user }).catch(() => {});
    made.remove();
  });
  old?.remove();
  document.getElementById("draft-offers").append(made);
  if (state === "draft") return;
  // Somebody tapped “Save” and was led here from the sign-in, or from the refusal.
  put(id, "draft", content).then(() => sending.requestSubmit(sending.querySelector("[name=fill]")));
}

function ago(moment) {
  const minutes = Math.round((Date.now() - moment) / 60_000);
  if (minutes < 1) return "under 1 min old";
  const hours = Math.floor(minutes / 60);
  return `${hours ? `${hours} h ` : ""}${minutes % 60} min old`;
}

// A wristband led to another page, which has what was typed: it is no draft of this patient any more.
document.addEventListener("cartox:typed-goes-along", () => {
  const form = theForm();
  if (!form || !user) return;
  const uid = numberOf(form);
  forget();
  drop(uid).catch(() => {});
  post("/drafts/discard/", { uid, typed_by: user }).catch(() => {});
});

offerOwn().catch(() => {});
