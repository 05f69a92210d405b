// Keeps a page live: asks for its newest content every 15 s by the form `data-poll`, and says when
// Cartox has not answered for a minute.

const EVERY = 15_000;
const STALE_AFTER = 60_000;
const CHECK_EVERY = 5_000;

const poll = document.querySelector("form[data-poll]");
const light = document.querySelector("[data-live]"); // the board alone has one
const banner = document.getElementById("stale-banner");
const bannerText = document.getElementById("stale-banner-text");

let answeredAt = Date.now();
let isStale = false;

// The time of the ward, wherever the tablet is set to.
function clock(ms) {
  return new Date(ms).toLocaleTimeString("en-GB", { hour12: false, timeZone: poll.dataset.zone || undefined });
}

function ask() {
  if (document.visibilityState === "visible") window.htmx.trigger(poll, poll.getAttribute("hx-trigger"));
}

function markLive() {
  answeredAt = Date.now();
  show("live", `live ${clock(answeredAt)}`);
  if (isStale) banner.hidden = true;
  isStale = false;
}

function markStale() {
  isStale = true;
  show("stale", `not live since ${clock(answeredAt)}`);
  bannerText.textContent = `Not up to date: Cartox has not answered since ${clock(answeredAt)}. Grades and values may have changed.`;
  banner.hidden = false;
}

function show(state, text) {
  if (!light) return;
  light.dataset.state = state;
  light.querySelector("[data-live-text]").textContent = text;
}

// The token of what stands on the page: the answer is empty where nothing has changed.
poll.addEventListener("htmx:configRequest", (event) => {
  const content = document.querySelector(poll.getAttribute("hx-target"));
  event.detail.parameters.set("token", content.dataset.token);
});

poll.addEventListener("htmx:afterRequest", (event) => {
  if (event.detail.successful) markLive();
});

document.addEventListener("visibilitychange", ask);
setInterval(ask, EVERY);
setInterval(() => {
  if (document.visibilityState === "visible" && Date.now() - answeredAt >= STALE_AFTER) markStale();
}, CHECK_EVERY);
markLive();
