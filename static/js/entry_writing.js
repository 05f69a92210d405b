// The field in which the patient writes: strokes of a finger, a pen or the mouse. They stand in a hidden
// input of the form, so that drafts, the wait off-line and a refused save keep them as anything typed.

const [WIDTH, HEIGHT] = [1000, 300]; // the box of the points, as the server has it
const [MOST_STROKES, MOST_POINTS, LONGEST] = [200, 12_000, 3_600_000]; // within 200 kB
const NEAR = 3; // a point nearer than this to the last one adds nothing

let strokes = [];
let cleared = [];
let drawing = null; // the number of the pointer that writes
let begun = 0; // the moment of the first touch
let isOpen = false;

const part = (name) => document.getElementById(`writing-${name}`);
const input = () => document.getElementById("id_handwriting");

function stored() {
  try {
    return JSON.parse(input().value || "[]");
  } catch {
    return [];
  }
}

function store() {
  input().value = strokes.length ? JSON.stringify(strokes) : "";
  input().dispatchEvent(new Event("input", { bubbles: true }));
  show();
}

function show() {
  if (!input()) return;
  part("open").hidden = false;
  part("open").textContent = strokes.length ? "Look at the handwriting, or go on writing" : "Let the patient write here";
  part("open").setAttribute("aria-expanded", String(isOpen));
  part("field").hidden = !isOpen;
  part("undo").disabled = part("clear").disabled = !strokes.length;
  part("back").hidden = !cleared.length;
  const words = strokes.length ? `Written by hand: ${strokes.length} ${strokes.length === 1 ? "stroke" : "strokes"}, kept with this entry.` : "";
  const full = isFull() ? " The field is full." : "";
  if (part("state").textContent !== words + full) part("state").textContent = words + full;
  if (isOpen) draw();
}

function draw() {
  const pen = part("box").getContext("2d");
  pen.clearRect(0, 0, WIDTH, HEIGHT);
  pen.strokeStyle = getComputedStyle(part("box")).color;
  [pen.lineWidth, pen.lineCap, pen.lineJoin] = [4, "round", "round"];
  for (const stroke of strokes) {
    pen.beginPath();
    pen.moveTo(stroke[0][0], stroke[0][1]);
    for (const [x, y] of stroke) pen.lineTo(x, y);
    pen.stroke();
  }
}

function turn(open) {
  isOpen = open;
  show();
  window.dispatchEvent(new Event("resize")); // beside an open field, saving has another place
}

const isFull = () => strokes.length >= MOST_STROKES || strokes.reduce((sum, stroke) => sum + stroke.length, 0) >= MOST_POINTS - 1;

function pointAt(event) {
  const box = part("box").getBoundingClientRect();
  const within = (value, most) => Math.min(most, Math.max(0, Math.round(value)));
  const x = within(((event.clientX - box.left) / box.width) * WIDTH, WIDTH);
  const y = within(((event.clientY - box.top) / box.height) * HEIGHT, HEIGHT);
  return [x, y, within(Date.now() - begun, LONGEST)];
}

function add(event) {
  const stroke = strokes.at(-1);
  const [point, last] = [pointAt(event), stroke.at(-1)];
  if (Math.hypot(point[0] - last[0], point[1] - last[1]) >= NEAR && !isFull()) stroke.push(point);
}

document.addEventListener("pointerdown", (event) => {
  if (event.target !== part("box") || drawing !== null || event.button > 0 || isFull()) return;
  event.preventDefault();
  if (!strokes.length) begun = Date.now();
  else begun ||= Date.now() - (strokes.at(-1).at(-1)[2] + 1000); // a draft or a correction goes on
  drawing = event.pointerId;
  event.target.setPointerCapture(drawing);
  strokes.push([pointAt(event)]);
  draw();
});

document.addEventListener("pointermove", (event) => {
  if (event.pointerId !== drawing) return;
  const between = event.getCoalescedEvents?.() ?? [];
  for (const each of between.length ? between : [event]) add(each);
  draw();
});

for (const name of ["pointerup", "pointercancel"]) {
  document.addEventListener(name, (event) => {
    if (event.pointerId !== drawing) return;
    drawing = null;
    store();
  });
}

const ACTS = {
  "writing-open": () => turn(!isOpen),
  "writing-close": () => { turn(false); part("open").focus(); },
  "writing-undo": () => { strokes.pop(); store(); },
  "writing-clear": () => { [cleared, strokes] = [strokes, []]; begun = 0; store(); part("back").focus(); },
  "writing-back": () => { [strokes, cleared] = [[...cleared, ...strokes].slice(0, MOST_STROKES), []]; store(); part("undo").focus(); },
};
document.addEventListener("click", (event) => ACTS[event.target.id]?.());

// The page as it came, and as an answer of the server put it anew.
function takeUp() {
  if (!input() || drawing !== null) return;
  strokes = stored();
  if (document.getElementById("handwriting-refused")) isOpen = true;
  show();
}

takeUp();
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", show);
document.addEventListener("htmx:afterSettle", takeUp);
