// The "now" button: date and time of the ward, by the server's clock, in the ward's time zone,
// and which of the two it is in the hour that comes twice.

const servedAt = Date.parse(document.documentElement.dataset.serverNow);
const loadedAt = performance.now();

const HOUR = 60 * 60 * 1000;

function onTheWall(zone, moment) {
  const style = { timeZone: zone, year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
  const parts = Object.fromEntries(new Intl.DateTimeFormat("en", style).formatToParts(new Date(moment)).map((part) => [part.type, part.value]));
  return { date: `${parts.year}-${parts.month}-${parts.day}`, time: `${parts.hour}:${parts.minute}` };
}

// How many milliseconds the clock on the wall is ahead of UTC, to the minute.
function offset(zone, moment) {
  const { date, time } = onTheWall(zone, moment);
  return Date.parse(`${date}T${time}Z`) - Math.floor(moment / 60_000) * 60_000;
}

// "0" or "1" where the wall shows this time twice, else "": clocks go back by the difference.
function fold(zone, moment) {
  const back = offset(zone, moment - 3 * HOUR) - offset(zone, moment + 3 * HOUR);
  if (back <= 0) return "";
  const here = offset(zone, moment);
  if (offset(zone, moment - back) - here === back) return "1";
  return here - offset(zone, moment + back) === back ? "0" : "";
}

function wardClock(zone) {
  const now = servedAt + performance.now() - loadedAt;
  return { ...onTheWall(zone, now), fold: fold(zone, now) };
}

function showButtons() {
  for (const button of document.querySelectorAll("[data-now]")) button.hidden = false;
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-now]");
  if (!button) return;
  const field = button.closest("[data-zone]");
  const { date, time, fold: which } = wardClock(field.dataset.zone);
  const days = field.querySelector("select");
  const clock = field.querySelector('input[inputmode="numeric"]');
  days.value = date;
  if (days.value !== date) {
    days.prepend(new Option(date, date)); // midnight has passed since the page was opened
    days.value = date;
  }
  clock.value = time;
  field.querySelector('[name$="_fold"]').value = which;
  field.dispatchEvent(new Event("input", { bubbles: true }));
});

// Another date or time typed: which of the two it is has to be asked again.
document.addEventListener("input", (event) => {
  const [, name] = /^(.+)_(?:date|time|day|month|year)$/.exec(event.target.name ?? "") ?? [];
  const which = name && event.target.form?.elements.namedItem(`${name}_fold`);
  if (which) which.value = "";
});

document.addEventListener("htmx:afterSettle", showButtons);
showButtons();

// With a keyboard the first number can be typed at once; a tablet would only raise its own.
const first = document.getElementById("id_temperature_c");
if (first && document.activeElement === document.body && matchMedia("(pointer: fine)").matches) {
  first.focus({ preventScroll: true });
}
