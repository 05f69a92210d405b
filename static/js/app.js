// What every page needs of htmx: the CSRF token, the end of a session, a lost connection, focus.

const banner = document.getElementById("stale-banner");
const bannerText = document.getElementById("stale-banner-text");

function csrfToken() {
  // Read at each request: the token changes at sign-in. Over HTTPS its name has a prefix.
  const cookies = new Map(document.cookie.split("; ").map((part) => part.split("=", 2)));
  return cookies.get("__Host-csrftoken") ?? cookies.get("csrftoken") ?? "";
}

document.addEventListener("htmx:configRequest", (event) => {
  if (event.detail.verb !== "get") event.detail.headers["X-CSRFToken"] = csrfToken();
});

function goToSignIn() {
  const here = window.location.pathname + window.location.search;
  window.location.assign("/accounts/login/?next=" + encodeURIComponent(here));
}

// An answer with one of these says that this request stored nothing. After any other failure, and
// after a lost answer, nobody knows.
const STORED_NOTHING = new Set([403, 404, 409, 413, 415, 422]);
const UNKNOWN = "Not known whether it was saved. Tap save again: it is stored once.";

// A form says by itself, beside its button, what became of it (entry_save.js): it is never left and
// never reloaded, since what is typed would be lost.
const isOfForm = (element) => Boolean(element.closest("form[data-draft]"));

document.addEventListener("htmx:responseError", (event) => {
  const { xhr, elt } = event.detail;
  const isCertain = STORED_NOTHING.has(xhr.status);
  if (isOfForm(elt)) return;
  if (xhr.status === 401) goToSignIn();
  // What is watched is no longer theirs to see: the page says so in its place.
  else if (elt.matches("form[data-poll]") && [403, 404].includes(xhr.status)) window.location.reload();
  else if (elt.hasAttribute("data-poll")) return;
  else if (!sends(event)) showBanner("Cartox could not do that. Try again.");
  else showBanner(isCertain ? "Cartox could not do that. Nothing was changed this time." : UNKNOWN);
});

for (const name of ["htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(name, (event) => {
    const { elt } = event.detail;
    if (!isOfForm(elt) && !elt.hasAttribute("data-poll")) showBanner(sends(event) ? UNKNOWN : "No connection to Cartox. Try again.");
  });
}

const sends = (event) => event.detail.requestConfig?.verb !== "get";

document.addEventListener("htmx:afterRequest", (event) => {
  if (event.detail.successful && !event.detail.elt.hasAttribute("data-poll")) banner.hidden = true;
});

function showBanner(text) {
  bannerText.textContent = text;
  banner.hidden = false;
}

// After a refused form the first wrong field has the focus.
document.addEventListener("htmx:afterSettle", (event) => {
  if (event.detail.xhr?.status !== 422) return;
  const wrong = event.detail.target.querySelector('[aria-invalid="true"], .field--wrong input');
  if (!wrong) return;
  wrong.focus({ preventScroll: true });
  (wrong.closest(".field") ?? wrong).scrollIntoView({ block: "center" }); // with what is said about it
});

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-reload]")) window.location.reload();
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});

document.addEventListener("keydown", (event) => {
  // Escape closes a dialog first; its menu stays open, so that the focus can go back into it.
  if (event.key !== "Escape" || document.querySelector("dialog[open]")) return;
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

// A fragment that is morphed into the page leaves alone what a script has drawn, and what the
// reader has opened.
if (window.Idiomorph) {
  const { callbacks } = window.Idiomorph.defaults;
  callbacks.beforeNodeMorphed = (kept) =>
    !(kept instanceof Element && kept.hasAttribute("data-keep"));
  callbacks.beforeAttributeUpdated = (name, element) =>
    !(name === "open" && element instanceof HTMLDetailsElement);
}
