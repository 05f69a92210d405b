// Keeps the board live: asks every 15 s, changes rows in place, and leaves the order alone until
// the reader presses "re-sort". Says when Cartox has not answered for a minute.

const EVERY = 15_000;
const STALE_AFTER = 60_000;

const poll = document.getElementById("board-poll");
const live = document.getElementById("board-live");
const liveText = document.getElementById("board-live-text");
const resort = document.getElementById("board-resort");
const resortText = document.getElementById("board-resort-text");
const banner = document.getElementById("stale-banner");
const bannerText = document.getElementById("stale-banner-text");

let answeredAt = Date.now();
let stale = false;

// The time of the ward, wherever the tablet thinks it is.
function clock(ms) {
  return new Date(ms).toLocaleTimeString("en-GB", { hour12: false, timeZone: poll.dataset.zone || undefined });
}

function ask() {
  if (document.visibilityState === "visible") window.htmx.trigger(poll, "board:poll");
}

function answered() {
  answeredAt = Date.now();
  live.dataset.state = "live";
  liveText.textContent = `live ${clock(answeredAt)}`;
  if (stale) banner.hidden = true;
  stale = false;
}

function watch() {
  if (document.visibilityState !== "visible" || Date.now() - answeredAt < STALE_AFTER) return;
  stale = true;
  live.dataset.state = "stale";
  liveText.textContent = `not live since ${clock(answeredAt)}`;
  bannerText.textContent = `Not up to date: Cartox has not answered since ${clock(answeredAt)}. Grades and values may have changed.`;
  banner.hidden = false;
}

// The rows come in the order of need. What is on screen keeps its order; new patients come last.
function inShownOrder(html) {
  const incoming = document.createElement("template");
  incoming.innerHTML = html.trim();
  const body = incoming.content.querySelector("#board-lines");
  const shown = document.getElementById("board-lines");
  if (!body || !shown) return html;
  const place = new Map([...shown.children].map((line, index) => [line.id, index]));
  const last = place.size;
  const lines = [...body.children];
  lines.sort((a, b) => (place.get(a.id) ?? last) - (place.get(b.id) ?? last));
  body.append(...lines);
  return incoming.innerHTML;
}

// How many rows have to move for the order of need: all but the longest run already in order.
function misplaced() {
  const ranks = [...document.querySelectorAll("#board-lines > tr")].map((line) => Number(line.dataset.rank));
  const tails = [];
  for (const rank of ranks) {
    let place = tails.findIndex((tail) => tail >= rank);
    if (place === -1) place = tails.length;
    tails[place] = rank;
  }
  return ranks.length - tails.length;
}

function offerResort() {
  const moved = misplaced();
  resort.hidden = moved === 0;
  resortText.textContent = `Re-sort (${moved} changed)`;
}

resort.addEventListener("click", () => {
  const body = document.getElementById("board-lines");
  const lines = [...body.children];
  lines.sort((a, b) => Number(a.dataset.rank) - Number(b.dataset.rank));
  body.append(...lines);
  offerResort();
  body.querySelector("a")?.focus();
});

poll.addEventListener("htmx:configRequest", (event) => {
  event.detail.parameters.set("token", document.getElementById("board-rows").dataset.token);
});

document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.elt !== poll && event.detail.requestConfig?.elt !== poll) return;
  event.detail.serverResponse = inShownOrder(event.detail.serverResponse);
});

poll.addEventListener("htmx:afterRequest", (event) => {
  if (event.detail.successful) answered();
});

document.addEventListener("htmx:afterSettle", offerResort);

// Reasons lie above the link of their row, so that they can show their whole text; they open the
// chart as well.
document.addEventListener("click", (event) => {
  const line = event.target.closest("#board-lines > tr");
  if (!line || event.target.closest("a, button") || String(window.getSelection())) return;
  line.querySelector(".board__link").click();
});

for (const form of document.querySelectorAll("[data-autosubmit]")) {
  form.addEventListener("change", () => form.requestSubmit());
}

document.addEventListener("visibilitychange", ask);
setInterval(ask, EVERY);
setInterval(watch, 5_000);
answered();
