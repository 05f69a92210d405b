// Signing out asks first about what is typed and not saved, in this tab and in the others, and keeps
// it as drafts; then the others go to the sign-in too. Tabs of one browser speak with each other by a channel.

const WAIT = 400; // milliseconds for the other tabs to answer
const GO_AFTER = 5_000;
const LONGEST_KEEPING = 3_000;
const channel = new BroadcastChannel("cartox-sign-out");
const isSignedIn = Boolean(document.body.dataset.user);
let typedAt = 0;
let answers = [];
let isLeaving = false;

document.addEventListener("input", (event) => {
  if (event.target.closest?.("form[data-draft]")) typedAt = Date.now();
});
document.addEventListener("htmx:beforeOnLoad", (event) => {
  const { xhr, elt } = event.detail;
  if (elt.matches?.("form[data-draft]") && (xhr.status === 409 || xhr.getResponseHeader("HX-Redirect"))) typedAt = 0;
});

// What this tab holds, without a patient's name: “New assessment of 7 East, bed 4, typed 3 min ago”.
function unsaved() {
  if (!typedAt || !document.querySelector("form[data-draft]")) return null;
  const what = document.title.replace(" · Cartox", "").replace(/^Bed .*? · /, "");
  const ward = document.querySelector(".site-header__ward")?.textContent.trim();
  const bed = document.getElementById("identity-bed")?.textContent.trim();
  const place = [ward, bed && `bed ${bed}`].filter(Boolean).join(", ");
  const minutes = Math.floor((Date.now() - typedAt) / 60_000);
  return `${what}${place ? ` of ${place}` : ""}, typed ${minutes ? `${minutes} min ago` : "just now"}`;
}

channel.addEventListener("message", ({ data }) => {
  if (data.asks && isSignedIn && unsaved()) channel.postMessage({ holds: unsaved() });
  if (data.holds) answers.push(data.holds);
  if (data.leave && isSignedIn) empty();
  if (data.left && isLeaving) goToSignIn();
});

function empty() {
  isLeaving = true;
  keep();
  document.body.replaceChildren();
  setTimeout(goToSignIn, GO_AFTER);
}

// What is typed is kept as a draft for the same user; the sign-out waits for that.
function keep() {
  typedAt = 0;
  const waits = [];
  document.dispatchEvent(new CustomEvent("cartox:signing-out", { detail: { waits } }));
  return Promise.race([Promise.allSettled(waits), new Promise((resolve) => setTimeout(resolve, LONGEST_KEEPING))]);
}

function goToSignIn() {
  window.location.replace("/accounts/login/");
}

async function signOut(form) {
  channel.postMessage({ leave: true });
  await Promise.all([keep(), answers.length && new Promise((resolve) => setTimeout(resolve, WAIT))]); // the others keep theirs too
  form.submit();
}

function ask(form) {
  const dialog = document.getElementById("sign-out-asks");
  const list = dialog.querySelector("ul");
  list.replaceChildren(...answers.map((text) => Object.assign(document.createElement("li"), { textContent: text })));
  dialog.querySelector("[data-drop]").onclick = () => signOut(form);
  dialog.querySelector("[data-stay]").onclick = () => dialog.close();
  dialog.showModal();
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.action?.includes("/logout/") || !document.getElementById("sign-out-asks")) return;
  event.preventDefault();
  answers = [unsaved()].filter(Boolean);
  channel.postMessage({ asks: true });
  setTimeout(() => (answers.length ? ask(form) : signOut(form)), WAIT);
});

// The sign-in page tells the tabs that wait for the end of the session.
if (!isSignedIn) channel.postMessage({ left: true });
