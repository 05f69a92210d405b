// The time of a form: "now" and "−1 h", by the server's clock and in the ward's time zone, and what
// follows from the time that is typed: the ages of last values, the question about a late entry.

const servedAt = Date.parse(document.documentElement.dataset.serverNow);
const loadedAt = performance.now();

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const CLOCK = /^\s*(\d{1,2})[:.,h ]?(\d{2})\s*$/;

const now = () => servedAt + performance.now() - loadedAt;

function onTheWall(zone, moment) {
  const style = { timeZone: zone, year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
  const parts = Object.fromEntries(new Intl.DateTimeFormat("en", style).formatToParts(new Date(moment)).map((part) => [part.type, part.value]));
  return { date: `${parts.year}-${parts.month}-${parts.day}`, time: `${parts.hour}:${parts.minute}` };
}

// How many milliseconds the clock on the wall is ahead of UTC, to the minute.
function offset(zone, moment) {
  const { date, time } = onTheWall(zone, moment);
  return Date.parse(`${date}T${time}Z`) - Math.floor(moment / MINUTE) * MINUTE;
}

// "0" or "1" where the wall shows this time twice, else "": clocks go back by the difference.
function fold(zone, moment) {
  const back = offset(zone, moment - 3 * HOUR) - offset(zone, moment + 3 * HOUR);
  if (back <= 0) return "";
  const here = offset(zone, moment);
  if (offset(zone, moment - back) - here === back) return "1";
  return here - offset(zone, moment + back) === back ? "0" : "";
}

const partsOf = (field) => ({
  days: field.querySelector("select"),
  clock: field.querySelector('input[inputmode="numeric"]'),
  which: field.querySelector('[name$="_fold"]'),
});

// The moments that the field may mean, oldest first: two where the wall shows the time twice and
// nobody said which, none where it is not one yet.
function momentsIn(field) {
  const { days, clock, which } = partsOf(field);
  const match = CLOCK.exec(clock.value);
  if (!days.value || !match || match[1] > 23 || match[2] > 59) return [];
  const zone = field.dataset.zone;
  const asUtc = Date.parse(`${days.value}T${match[1].padStart(2, "0")}:${match[2]}Z`);
  const before = asUtc - offset(zone, asUtc - 24 * HOUR);
  const after = asUtc - offset(zone, asUtc + 24 * HOUR);
  const moments = [...new Set([before, after])].sort((one, other) => one - other);
  const real = moments.filter((moment) => moment + offset(zone, moment) === asUtc);
  if (real.length === 2 && which.value !== "") return [real[Number(which.value)]];
  return real.length ? real : [before]; // the clocks go forward over it
}

function write(field, moment) {
  const { days, clock, which } = partsOf(field);
  const { date, time } = onTheWall(field.dataset.zone, moment);
  days.value = date;
  if (days.value !== date) {
    // midnight has passed since the page was opened, or the list does not go back so far
    const older = [...days.options].find(({ value }) => value && value < date);
    days.insertBefore(new Option(date, date), older ?? null);
    days.value = date;
  }
  clock.value = time;
  which.value = fold(field.dataset.zone, moment);
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-now], [data-earlier]");
  if (!button) return;
  const field = button.closest("[data-zone]");
  const typed = momentsIn(field).at(-1) ?? now();
  write(field, button.matches("[data-now]") ? now() : typed - HOUR);
});

// Another date or time typed: which of the two it is has to be asked again.
document.addEventListener("input", (event) => {
  const [, name] = /^(.+)_(?:date|time|day|month|year)$/.exec(event.target.name ?? "") ?? [];
  const which = name && event.target.form?.elements.namedItem(`${name}_fold`);
  if (which) which.value = "";
});

// The form knows the moment that its first time means, empty where nobody can tell: times.js counts
// the ages of last values from it.
function follow() {
  const field = document.querySelector("form[data-draft] [data-zone]");
  if (!field) return;
  const { form } = partsOf(field).clock;
  const moments = momentsIn(field);
  const typedAt = moments.length === 1 ? new Date(moments[0]).toISOString() : "";
  if (form.dataset.typedAt === typedAt) return;
  form.dataset.typedAt = typedAt;
  document.dispatchEvent(new Event("cartox:typed-time"));
  const question = form.querySelector("[data-late-after]");
  if (!question) return;
  const minutes = Math.floor((now() - (moments[0] ?? now())) / MINUTE);
  const isAnswered = question.querySelector('input:is([value="yes"], [value="no"]):checked') !== null;
  question.toggleAttribute("data-shown", minutes > Number(question.dataset.lateAfter) || isAnswered);
}

function showButtons() {
  for (const button of document.querySelectorAll("[data-now], [data-earlier]")) button.hidden = false;
}

document.addEventListener("input", follow);
document.addEventListener("htmx:afterSwap", follow);
document.addEventListener("htmx:afterSettle", showButtons);
showButtons();
follow();

// With a keyboard the first number can be typed at once; a tablet would only raise its own.
const first = document.getElementById("id_temperature_c");
if (first && document.activeElement === document.body && matchMedia("(pointer: fine)").matches) {
  first.focus({ preventScroll: true });
}
