// Keeps a chart live: asks every 15 s, changes what differs in place, says when it cannot.

const EVERY = 15_000;
const STALE_AFTER = 60_000;

const poll = document.getElementById("chart-poll");
const banner = document.getElementById("stale-banner");
const bannerText = document.getElementById("stale-banner-text");

let answeredAt = Date.now();
let stale = false;

function ask() {
  if (document.visibilityState === "visible") window.htmx.trigger(poll, "chart:poll");
}

function watch() {
  if (document.visibilityState !== "visible" || Date.now() - answeredAt < STALE_AFTER) return;
  const since = new Date(answeredAt).toLocaleTimeString("en-GB", { hour12: false, timeZone: poll.dataset.zone || undefined });
  bannerText.textContent = `Not up to date: Cartox has not answered since ${since}. Grades and values may have changed.`;
  banner.hidden = false;
  stale = true;
}

poll.addEventListener("htmx:configRequest", (event) => {
  event.detail.parameters.set("token", document.getElementById("chart-body").dataset.token);
});

poll.addEventListener("htmx:afterRequest", (event) => {
  if (!event.detail.successful) return;
  answeredAt = Date.now();
  if (stale) banner.hidden = true;
  stale = false;
});

// The panels are fetched by themselves: again after every change, marked until they are there.
poll.addEventListener("htmx:afterRequest", (event) => {
  if (!event.detail.successful || event.detail.xhr.status !== 200) return;
  document.getElementById("chart-panels").classList.add("is-old");
  document.body.dispatchEvent(new CustomEvent("chart:changed"));
});

document.addEventListener("htmx:afterRequest", (event) => {
  const { elt, successful } = event.detail;
  if (elt.id === "chart-panels") elt.classList.toggle("is-old", !successful);
});

document.addEventListener("visibilitychange", ask);
setInterval(ask, EVERY);
setInterval(watch, 5_000);

// Paper cannot be opened: what is folded away is printed too, and folded again.
const folds = () => document.querySelectorAll("details.older:not([open])");
let unfolded = [];
window.addEventListener("beforeprint", () => {
  unfolded = [...folds()];
  for (const fold of unfolded) fold.open = true;
});
window.addEventListener("afterprint", () => {
  for (const fold of unfolded) fold.open = false;
});
