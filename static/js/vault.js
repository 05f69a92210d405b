// What is typed and not on the server yet, in this browser's IndexedDB: encrypted (AES-GCM) under a
// key that the server gives to the signed-in user for this browser. The key is never stored. Beside
// the encrypted text stand the user's number, the state and the time, so that the sign-in page can
// say that something waits. This module only offers functions: importing it does nothing.

const HOUR = 60 * 60 * 1000;
const LASTS = { draft: 12 * HOUR, ended: 12 * HOUR, waits: 72 * HOUR, refused: 72 * HOUR };
const IV_BYTES = 12;

export const user = document.body.dataset.user ?? "";

export function csrfToken() {
  // Read at each request: the token changes at sign-in. Over HTTPS its name has a prefix.
  const cookies = new Map(document.cookie.split("; ").map((part) => part.split("=", 2)));
  return cookies.get("__Host-csrftoken") ?? cookies.get("csrftoken") ?? "";
}

export function post(address, fields, headers = {}) {
  const body = new URLSearchParams(fields);
  body.set("csrfmiddlewaretoken", csrfToken());
  return fetch(address, { method: "POST", body, headers, redirect: "manual", keepalive: String(body).length < 60_000, signal: AbortSignal.timeout(20_000) });
}

// Private windows and pages without HTTPS have no such store: then the server alone keeps drafts.
let opening = null;

function database() {
  opening ??= new Promise((resolve, reject) => {
    if (!window.indexedDB || !window.crypto?.subtle) return reject(new Error("no store"));
    const request = indexedDB.open("cartox", 1);
    request.onupgradeneeded = () => request.result.createObjectStore("forms", { keyPath: "id" });
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  return opening;
}

async function inStore(mode, act) {
  const store = (await database()).transaction("forms", mode, { durability: "strict" }).objectStore("forms");
  return new Promise((resolve, reject) => {
    const request = act(store);
    store.transaction.oncomplete = () => resolve(request.result);
    store.transaction.onabort = () => reject(store.transaction.error);
  });
}

// Without what is encrypted. Of every user; what is over is deleted.
export async function listed() {
  const all = await inStore("readonly", (store) => store.getAll());
  const isOver = (record) => Date.now() - record.at > (LASTS[record.state] ?? 0);
  for (const record of all.filter(isOver)) await drop(record.id);
  return all.filter((record) => !isOver(record));
}

export const drop = (id) => inStore("readwrite", (store) => store.delete(id));

// The server has the draft. What waits for its save or for a sign-in is more than a draft, and stays.
export async function dropDraft(id) {
  const record = await inStore("readonly", (store) => store.get(id));
  if (record?.state === "draft") await drop(id);
}

function device() {
  const number = localStorage.getItem("cartox-device") ?? crypto.randomUUID();
  localStorage.setItem("cartox-device", number);
  return number;
}

let key = null;

// In the memory of this page alone; asked for once while Cartox answers, usable without it later.
export function theKey() {
  key ??= askForKey().catch((error) => {
    key = null;
    throw error;
  });
  return key;
}

async function askForKey() {
  await database();
  const answer = await post("/drafts/key/", { device: device() });
  if (!answer.ok) throw new Error("no key");
  const bytes = Uint8Array.from(atob(await answer.text()), (letter) => letter.charCodeAt(0));
  return crypto.subtle.importKey("raw", bytes, "AES-GCM", false, ["encrypt", "decrypt"]);
}

// The number and the user are bound to the text: a record moved to another of them is not read.
const bound = (record) => new TextEncoder().encode(`${record.id} ${record.user}`);

export async function put(id, state, content) {
  const record = { id, user, state, at: Date.now(), iv: crypto.getRandomValues(new Uint8Array(IV_BYTES)) };
  const text = new TextEncoder().encode(JSON.stringify(content));
  record.sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv: record.iv, additionalData: bound(record) }, await theKey(), text);
  await inStore("readwrite", (store) => store.put(record));
}

// The records of this user in these states, oldest first, each with its content.
export async function opened(...states) {
  const own = (await listed()).filter((record) => record.user === user && states.includes(record.state));
  if (!own.length) return [];
  const opener = await theKey();
  const records = [];
  for (const record of own.sort((one, other) => one.at - other.at)) {
    try {
      const text = await crypto.subtle.decrypt({ name: "AES-GCM", iv: record.iv, additionalData: bound(record) }, opener, record.sealed);
      records.push({ ...record, content: JSON.parse(new TextDecoder().decode(text)) });
    } catch {
      continue; // the site has another secret since: it stays until its time is over
    }
  }
  return records;
}
