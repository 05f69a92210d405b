// Writes the age of values, how long something is overdue, and how long is left until a call is over,
// by the clock of the server. Without it the page shows the time of day. What stands around a
// span may be given: data-age="{} ago", data-left="{} left", data-over="{} over"; without a text, hours and minutes: "0:40 over".
// A last value on a form is as old as the time typed there says (`data-typed-at`, by entry_now.js).

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

// A tablet's clock may be wrong: count from the server's time with a clock that only runs forward.
const servedAt = Date.parse(document.documentElement.dataset.serverNow);
const loadedAt = performance.now();

function now() {
  return servedAt + (performance.now() - loadedAt);
}

export function duration(ms) {
  if (ms < MINUTE) return "under 1 min";
  if (ms < HOUR) return `${Math.floor(ms / MINUTE)} min`;
  if (ms < DAY) return `${Math.floor(ms / HOUR)} h ${pad((ms % HOUR) / MINUTE)}`;
  return `${Math.floor(ms / DAY)} d ${Math.floor((ms % DAY) / HOUR)} h`;
}

export function overdue(ms) {
  return ms >= DAY ? duration(ms) : `${Math.floor(ms / HOUR)}:${pad((ms % HOUR) / MINUTE)}`;
}

function pad(n) {
  return String(Math.floor(n)).padStart(2, "0");
}

// Without one moment that the typed time means, the page shows the time of day.
function before(element) {
  const typedAt = element.closest("form")?.dataset.typedAt ?? new Date(now()).toISOString();
  element.dataset.clock ??= element.textContent;
  if (!typedAt) return element.dataset.clock;
  const age = Date.parse(typedAt) - Date.parse(element.dateTime);
  return age < 0 ? `${duration(-age)} later` : `${duration(age)} before`;
}

function refresh() {
  for (const element of document.querySelectorAll("time[data-before]")) write(element, before(element));
  for (const element of document.querySelectorAll("time[data-age]")) {
    const age = duration(now() - Date.parse(element.dateTime));
    write(element, (element.dataset.age || "{}").replace("{}", age));
  }
  for (const element of document.querySelectorAll("time[data-over]")) {
    const over = now() - Date.parse(element.dateTime);
    if (element.dataset.over === "") {
      if (over >= 0) write(element, `${overdue(over)} over`);
      continue;
    }
    const around = over < 0 ? element.dataset.left : element.dataset.over;
    if (around) write(element, around.replace("{}", duration(Math.abs(over))));
    element.classList.toggle("overdue", over >= 0);
  }
}

function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

refresh();
setInterval(refresh, 15_000);
document.addEventListener("htmx:afterSwap", refresh); // before anything is painted
document.addEventListener("htmx:afterSettle", refresh);
document.addEventListener("visibilitychange", refresh);
document.addEventListener("cartox:typed-time", refresh);
