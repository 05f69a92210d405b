// Why Cartox refused what a form sent, from the answer: a page of Cartox, its plain sentence, or the
// page of a proxy before it. This module only offers a function: importing it does nothing.

const TOO_LARGE = "This is more than a form of Cartox can hold: shorten the note, or what was pasted.";

export function reason(status, type, text) {
  if (status === 413 && !text.includes("longer than a draft")) return TOO_LARGE;
  if (type?.startsWith("text/plain")) return text.replace("Nothing was saved. ", "").trim();
  const page = new DOMParser().parseFromString(text, "text/html");
  return page.querySelector("[data-why], .message--error")?.textContent.trim() || "Cartox refused it.";
}
