// Draws the timeline from the figure of this course, and again when the page gets newer values,
// keeping the range that the reader chose. Colors come from the page's custom properties.

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const LABEL_PX = 74;
const MIDDAY_UNTIL_DAYS = 3.2;
const PAPER_PX = 680; // fits a sheet of A4 or Letter within its margins,
const PAPER_HIGH_PX = 620; // below the name and the grades

const plot = document.getElementById("timeline-plot");
const chosen = { hours: null, custom: null, linear: false };
let figure = null;
let version = "";
let printing = false;

// The figure of the page as it stands now; false where nothing newer could be had.
async function load() {
  const { figure: address, version: wanted } = document.getElementById("chart-timeline").dataset;
  const lost = document.getElementById("timeline-lost");
  try {
    const answer = await fetch(address, { credentials: "same-origin" });
    if (!answer.ok) throw new Error(String(answer.status));
    figure = await answer.json();
    version = wanted;
    lost.hidden = true;
    return true;
  } catch {
    lost.hidden = false;
    return false;
  }
}

// Colors: the figure carries those of the light scheme; each has a custom property of the page.
function recolored(value, names, styles) {
  if (typeof value === "string") {
    const name = names[value];
    return (name && styles.getPropertyValue(name).trim()) || value;
  }
  if (Array.isArray(value)) return value.map((item) => recolored(item, names, styles));
  if (value && typeof value === "object") {
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [key, recolored(item, names, styles)]),
    );
  }
  return value;
}

// Local times without offset are counted as if they were UTC, so that no clock change of this
// computer moves them.
function stamp(local) {
  return Date.parse(local.replace(" ", "T") + (local.length > 10 ? "Z" : "T00:00Z"));
}

function local(ms) {
  return new Date(ms).toISOString().slice(0, 16);
}

function range(meta) {
  if (chosen.custom) return chosen.custom;
  if (chosen.hours === null) return [meta.start, meta.end];
  const start = Math.max(stamp(meta.end) - chosen.hours * HOUR, stamp(meta.start));
  return [local(start), meta.end];
}

function ticks(meta, [from, to]) {
  const span = (stamp(to) - stamp(from)) / DAY;
  const room = Math.max(1, Math.floor(plot.clientWidth / LABEL_PX) - 2);
  const every = Math.max(1, Math.ceil(span / room));
  const days = meta.days.filter((_, index) => index % every === 0);
  const marks = days.map((day) => [day.at, day.text]);
  if (span <= MIDDAY_UNTIL_DAYS) {
    for (const day of meta.days) {
      for (const hour of ["06:00", "12:00", "18:00"]) {
        if (hour === "12:00" || span <= 2.2) marks.push([day.at.slice(0, 11) + hour, hour]);
      }
    }
  }
  return { tickvals: marks.map(([at]) => at), ticktext: marks.map(([, text]) => text) };
}

function ferritinAxis(axis) {
  if (!chosen.linear) return axis;
  return { ...axis, type: "linear", tickmode: "auto", nticks: 4, rangemode: "tozero" };
}

function draw() {
  let { data, layout } = figure;
  const meta = layout.meta;
  if (!printing) {
    const styles = getComputedStyle(document.documentElement);
    data = recolored(data, meta.colors, styles);
    layout = { ...recolored(layout, meta.colors, styles), meta };
  }
  const shown = range(meta);
  layout.xaxis = { ...layout.xaxis, range: shown, ...ticks(meta, shown) };
  if (printing) layout = { ...layout, width: PAPER_PX, height: Math.min(layout.height, PAPER_HIGH_PX) };
  document.querySelector("[data-ferritin-linear]").hidden = !meta.ferritin_axis;
  if (meta.ferritin_axis) layout[meta.ferritin_axis] = ferritinAxis(layout[meta.ferritin_axis]);
  // A finger scrolls the page; only a mouse draws a range.
  layout.dragmode = window.matchMedia("(pointer: coarse)").matches ? false : "zoom";
  plot.style.blockSize = `${layout.height}px`;
  layout.font.family = getComputedStyle(document.body).fontFamily;
  return window.Plotly.react(plot, data, layout, {
    displayModeBar: false,
    doubleClick: false,
    responsive: true,
    scrollZoom: false,
  });
}

function press(group, pressed) {
  for (const button of document.querySelectorAll(`[${group}]`)) {
    button.setAttribute("aria-pressed", String(button === pressed));
  }
}

function onClick(event) {
  const byRange = event.target.closest("[data-range]");
  if (byRange) {
    chosen.hours = byRange.dataset.range === "all" ? null : Number(byRange.dataset.range);
    chosen.custom = null;
    press("data-range", byRange);
    draw();
  }
  const scale = event.target.closest("[data-ferritin-linear]");
  if (scale) {
    chosen.linear = !chosen.linear;
    scale.setAttribute("aria-pressed", String(chosen.linear));
    draw();
  }
}

function onRelayout(change) {
  const from = change["xaxis.range[0]"];
  if (from === undefined) return;
  chosen.custom = [from, change["xaxis.range[1]"]].map((at) => at.slice(0, 16));
  press("data-range", null);
  draw();
}

// A course of more than a week opens on its last seven days.
function chooseFirstRange() {
  const { start, end } = figure.layout.meta;
  if (stamp(end) - stamp(start) <= 8 * DAY) return;
  chosen.hours = 168;
  press("data-range", document.querySelector('[data-range="168"]'));
}

async function drawFirst() {
  document.getElementById("timeline-tools").hidden = false;
  chooseFirstRange();
  await draw();
  plot.dataset.drawn = "true";
  plot.on("plotly_relayout", onRelayout);
  document.addEventListener("click", onClick);
  window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
  window.addEventListener("resize", draw);
  window.addEventListener("beforeprint", () => ((printing = true), draw()));
  window.addEventListener("afterprint", () => ((printing = false), draw()));
}

async function drawIfNew() {
  const page = document.getElementById("chart-timeline");
  if (!page || page.dataset.version === version) return;
  if (!(await load())) return;
  await (plot.dataset.drawn ? draw() : drawFirst());
  plot.dataset.version = version;
}

if (plot && window.Plotly) {
  drawIfNew();
  document.addEventListener("htmx:afterSettle", drawIfNew);
  window.addEventListener("online", drawIfNew);
}
