// Hides the page after minutes without a touch, until PIN or password is typed: what stands in it stays.
// Tabs of one browser share one session, so they lock and unlock together.

import { post, user } from "./vault.js";

const dialog = document.getElementById("lock");
const warning = document.getElementById("lock-warning");
const after = Number(document.body.dataset.lockAfter ?? 0) * 1000;
const WARN = Math.min(60_000, after / 2);
const TELL = Math.min(30_000, after / 4); // how often the server is told that somebody is here
const KEEPING = 3_000;
const channel = new BroadcastChannel("cartox-lock");
const title = document.title;
let acted = Date.now();
let told = acted;

async function act() {
  if (dialog.open) return;
  acted = Date.now();
  warning.hidden = true;
  if (acted - told < TELL) return;
  told = acted;
  channel.postMessage({ acted });
  const answer = await post("/accounts/here/", {}).catch(() => null);
  if (answer?.status === 401) lock({ tells: false });
}

function lock({ tells = true } = {}) {
  if (dialog.open) return;
  warning.hidden = true;
  document.body.dataset.locked = "";
  document.title = "Locked · Cartox";
  dialog.showModal();
  if (tells) lockSession();
}

// What is typed is kept as a draft first, since a locked session keeps nothing.
async function lockSession() {
  channel.postMessage({ locked: true });
  const waits = [];
  document.dispatchEvent(new CustomEvent("cartox:signing-out", { detail: { waits } }));
  await Promise.race([Promise.allSettled(waits), new Promise((resolve) => setTimeout(resolve, KEEPING))]);
  if (dialog.open) post("/accounts/lock/", {}).catch(() => null); // else it locks by its own clock
}

function open() {
  dialog.querySelector("form").reset();
  dialog.close();
  delete document.body.dataset.locked;
  document.title = title;
  acted = told = Date.now();
}

// The session may be a new one: what the page sends from now on carries its token.
async function unlock(form) {
  const answer = await post(form.action, new FormData(form)).catch(() => null);
  if (answer?.ok) {
    const { token } = await answer.json();
    for (const input of document.querySelectorAll("input[name=csrfmiddlewaretoken]")) input.value = token;
    channel.postMessage({ unlocked: user });
    return open();
  }
  form.elements.secret.value = "";
  const said = answer?.status === 403 ? (await answer.json().catch(() => ({}))).says : null;
  const tooMany = answer?.status === 429 ? "Too many wrong passwords: this name is locked here for some minutes." : null;
  say(said ?? tooMany ?? "Cartox does not answer. Try again.");
}

function say(text) {
  const says = document.getElementById("lock-says");
  says.textContent = text;
  says.hidden = false;
  dialog.querySelector("input[name=secret]").focus();
}

function look() {
  const left = after - (Date.now() - acted);
  if (dialog.open) return;
  if (left <= 0) lock();
  else if (left <= WARN && warning.hidden) {
    warning.textContent = `This page locks in ${Math.ceil(left / 1000)} s. Tap it or press a key to go on.`;
    warning.hidden = false;
  }
}

if (dialog) {
  dialog.addEventListener("cancel", (event) => event.preventDefault());
  dialog.querySelector("form").addEventListener("submit", (event) => {
    event.preventDefault();
    document.getElementById("lock-says").hidden = true;
    unlock(event.target);
  });
  document.addEventListener("submit", (event) => {
    if (!event.target.matches("[data-lock-now]")) return;
    event.preventDefault();
    for (const menu of document.querySelectorAll("details.menu[open]")) menu.open = false;
    lock();
  });
  channel.addEventListener("message", ({ data }) => {
    if (data.acted) {
      acted = told = Math.max(acted, data.acted);
      warning.hidden = true;
    } else if (data.locked) lock({ tells: false });
    else if (data.unlocked === user && dialog.open) open();
    else if (data.user && data.user !== user) lock({ tells: false }); // somebody else signed in
  });
  if (after) {
    for (const name of ["pointerdown", "keydown", "wheel", "touchmove"]) {
      window.addEventListener(name, act, { passive: true, capture: true });
    }
    setInterval(look, 1000);
  }
}
// Tabs of whoever was signed in before hide what they show.
if (user) channel.postMessage({ user });
