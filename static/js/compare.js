// The matrix: the focused cell shows its reasons below; arrow keys move from cell to cell.

const matrix = document.getElementById("matrix");
const panel = document.getElementById("matrix-detail");
const cells = matrix ? [...matrix.querySelectorAll("[data-cell]")] : [];
const rows = [...new Set(cells.map((cell) => cell.closest("tr")))];

const STEPS = { ArrowRight: [0, 1], ArrowLeft: [0, -1], ArrowDown: [1, 0], ArrowUp: [-1, 0] };

function show(cell) {
  for (const other of matrix.querySelectorAll(".is-shown")) other.classList.remove("is-shown");
  panel.classList.add("is-chosen");
  cell.classList.add("is-shown");
  document.getElementById(cell.hash.slice(1)).classList.add("is-shown");
  for (const other of cells) other.tabIndex = other === cell ? 0 : -1;
  cell.scrollIntoView({ block: "nearest", inline: "nearest" });
}

function column(cell) {
  return cell.closest("td").cellIndex;
}

// The next cell that can be chosen in that direction; a row without one there is passed over.
function next(cell, [down, right]) {
  if (right) {
    const row = [...cell.closest("tr").querySelectorAll("[data-cell]")];
    return row[row.indexOf(cell) + right];
  }
  for (let at = rows.indexOf(cell.closest("tr")) + down; rows[at]; at += down) {
    const there = rows[at].cells[column(cell)]?.querySelector("[data-cell]");
    if (there) return there;
  }
  return undefined;
}

if (cells.length) {
  for (const cell of cells.slice(1)) cell.tabIndex = -1;
  matrix.addEventListener("focusin", (event) => {
    const cell = event.target.closest("[data-cell]");
    if (cell) show(cell);
  });
  matrix.addEventListener("click", (event) => {
    const cell = event.target.closest("[data-cell]");
    if (!cell) return;
    event.preventDefault();
    cell.focus({ preventScroll: true });
    show(cell);
  });
  matrix.addEventListener("keydown", (event) => {
    const cell = event.target.closest("[data-cell]");
    const step = STEPS[event.key];
    if (!cell || !step) return;
    event.preventDefault();
    next(cell, step)?.focus();
  });
}
