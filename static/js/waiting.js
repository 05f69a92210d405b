// Entries that were saved without an answer: says on every page how many wait, and sends each once
// Cartox answers. The number of the form makes a repeat harmless. Of other users nothing is read.

import { reason } from "./refusal.js";
import { csrfToken, drop, listed, opened, post, put, user } from "./vault.js";

const EVERY = 10_000;
const place = document.getElementById("waiting");
const channel = new BroadcastChannel("cartox-waiting");
let timer = 0;

// The time of the ward, wherever the tablet is set to; before a sign-in that of the tablet.
const clock = (at, timeZone) => new Date(at).toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit", timeZone });
const named = ({ content }) => [clock(content.last, content.zone), content.who].filter(Boolean).join(", ");

function line(id, words, kind, way) {
  const item = document.getElementById(id) ?? document.createElement("li");
  item.id = id;
  const box = Object.assign(document.createElement("div"), { className: `message message--${kind}` });
  box.setAttribute("role", "status");
  box.append(Object.assign(document.createElement("p"), { textContent: words }));
  if (way) box.append(Object.assign(document.createElement("a"), { className: "button", href: way.address, textContent: way.words }));
  if (item.textContent !== box.textContent) item.replaceChildren(box);
  if (!item.isConnected) place.append(item);
}

function sayWaiting(records, remark) {
  if (!records.length) return void document.getElementById("waiting-entries")?.remove();
  const which = records.map(named).join("; ");
  const count = records.length === 1 ? "1 entry waits" : `${records.length} entries wait`;
  line("waiting-entries", `${count}, ${which}. ${remark}`, "warning");
}

function sayRefused(record) {
  const words = `Not saved: the entry of ${named(record)}. ${record.content.why}`;
  line(`refused-${record.id}`, words, "error", { address: record.content.address, words: "Back to its form" });
}

// The session, the server and the database answer: then what waits is sent.
async function answers() {
  try {
    return (await post("/drafts/key/", { device: localStorage.getItem("cartox-device") })).status;
  } catch {
    return 0;
  }
}

function whyNot(answer, page) {
  if (answer.status === 422 || answer.status === 200) return "Cartox asks something about it first.";
  return reason(answer.status, answer.headers.get("Content-Type"), page);
}

async function send(record) {
  const { id, content } = record;
  const here = new CustomEvent("cartox:send-again", { detail: { id }, cancelable: true });
  if (!document.dispatchEvent(here)) return;
  const answer = await post(content.address, content.body, { "HX-Request": "true", "X-CSRFToken": csrfToken() });
  const chart = answer.headers.get("HX-Redirect");
  if (chart) {
    await drop(id);
    channel.postMessage({ id, chart });
    line(`sent-${id}`, `Sent now: the entry of ${named(record)}.`, "success", { address: chart, words: "To the chart" });
  } else if (answer.status < 500 && ![0, 401, 429].includes(answer.status)) {
    const why = whyNot(answer, await answer.text());
    await put(id, "refused", { ...content, why });
    channel.postMessage({ id });
    sayRefused({ ...record, content: { ...content, why } });
  }
}

async function sendAll() {
  clearTimeout(timer);
  const records = await opened("waits");
  sayWaiting(records, "Sent by itself as soon as Cartox answers, and stored once.");
  if (!records.length) return;
  const status = await answers();
  if (status === 401) sayWaiting(records, "Your session has ended: sign in, and it is sent.");
  if (status === 200) for (const record of records) await send(record);
  sayWaiting(await opened("waits"), "Sent by itself as soon as Cartox answers, and stored once.");
  timer = setTimeout(work, EVERY);
}

// One tab of the browser at a time.
const work = () => navigator.locks.request("cartox-waiting", { ifAvailable: true }, (lock) => (lock ? sendAll() : later())).catch(later);

function later() {
  clearTimeout(timer);
  timer = setTimeout(work, EVERY);
}

async function begin() {
  const records = await listed();
  const states = new Set(records.filter((record) => record.user === user).map(({ state }) => state));
  if (states.has("waits")) work();
  if (states.has("refused")) for (const record of await opened("refused")) sayRefused(record);
}

// Nobody is signed in: that something waits, and nothing of it.
async function beginSignIn() {
  const notice = document.getElementById("entry-waits");
  const records = (await listed()).filter(({ state }) => state === "ended" || state === "waits");
  if (!notice || !records.length) return;
  const last = records.reduce((one, other) => (one.at > other.at ? one : other));
  notice.querySelector("[data-clock]").textContent = clock(last.at);
  notice.hidden = false;
}

// The tab of the form, where another one has sent it: unless somebody went on typing there.
channel.addEventListener("message", ({ data: { id, chart } }) => {
  const form = document.querySelector("form[data-draft]");
  if (form?.elements.uid?.value !== id || document.getElementById("it-waits")?.hidden !== false) return;
  if (chart) window.location.assign(chart);
  else document.dispatchEvent(new CustomEvent("cartox:send-again", { detail: { id }, cancelable: true }));
});

document.addEventListener("cartox:waits", () => {
  timer = setTimeout(work, 1_000);
  opened("waits").then((records) => sayWaiting(records, "Sent by itself as soon as Cartox answers, and stored once."));
});
document.addEventListener("cartox:typed", () => opened("waits").then((records) => sayWaiting(records, "Sent by itself as soon as Cartox answers, and stored once."), () => {}));
window.addEventListener("online", work);
(user ? begin() : beginSignIn()).catch(() => {});
