// Changes the rows of the board in place, and leaves their order alone until the reader presses
// "re-sort".

const poll = document.getElementById("board-poll");
const resort = document.getElementById("board-resort");
const resortText = document.getElementById("board-resort-text");

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

document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.elt !== poll && event.detail.requestConfig?.elt !== poll) return;
  event.detail.serverResponse = inShownOrder(event.detail.serverResponse);
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
