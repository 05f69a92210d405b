// Fetches the panels of a chart again after every change, finds entries that are too old to stand on
// it, and prints what is folded away.

const poll = document.getElementById("chart-poll");

// What was saved is said once: the page loaded again says nothing more about it.
const address = new URL(window.location.href);
if (address.searchParams.has("saved") || address.searchParams.has("changed")) {
  address.search = "";
  window.history.replaceState(window.history.state, "", address);
}

// An address may name an entry that stands on the page of its list alone.
const entry = /^#entry-([0-9a-f-]{36})$/.exec(window.location.hash);
if (entry && !document.getElementById(entry[0].slice(1))) {
  window.location.replace(`${window.location.pathname}entries/${entry[1]}/`);
}

// The panels are marked as old until the new ones are there.
poll.addEventListener("htmx:afterRequest", (event) => {
  if (!event.detail.successful || event.detail.xhr.status !== 200) return;
  document.getElementById("chart-panels").classList.add("is-old");
  document.body.dispatchEvent(new CustomEvent("chart:changed"));
});

document.addEventListener("htmx:afterRequest", (event) => {
  const { elt, successful } = event.detail;
  if (elt.id === "chart-panels") elt.classList.toggle("is-old", !successful);
});

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
