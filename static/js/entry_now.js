// The "now" button: date and time of the ward, by the server's clock, in the ward's time zone.

const servedAt = Date.parse(document.documentElement.dataset.serverNow);
const loadedAt = performance.now();

function wardClock(zone) {
  const now = new Date(servedAt + performance.now() - loadedAt);
  const style = { timeZone: zone, year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
  const parts = Object.fromEntries(new Intl.DateTimeFormat("en", style).formatToParts(now).map((part) => [part.type, part.value]));
  return { date: `${parts.year}-${parts.month}-${parts.day}`, time: `${parts.hour}:${parts.minute}` };
}

function showButtons() {
  for (const button of document.querySelectorAll("[data-now]")) button.hidden = false;
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-now]");
  if (!button) return;
  const field = button.closest("[data-zone]");
  const { date, time } = wardClock(field.dataset.zone);
  const days = field.querySelector("select");
  const clock = field.querySelector('input[inputmode="numeric"]');
  days.value = date;
  if (days.value !== date) {
    days.prepend(new Option(date, date)); // midnight has passed since the page was opened
    days.value = date;
  }
  clock.value = time;
  clock.dispatchEvent(new Event("input", { bubbles: true }));
});

document.addEventListener("htmx:afterSettle", showButtons);
showButtons();
