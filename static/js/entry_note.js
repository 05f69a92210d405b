// A note that is too long is said so beside it and is not sent: what is typed stays as it is.

const tooLong = (area) => area.value.length > Number(area.dataset.most);
const count = (number) => number.toLocaleString("en");

function say(area) {
  const place = document.getElementById(`${area.id}_long`);
  if (!place) return;
  const name = area.labels[0]?.textContent.trim() ?? "The note";
  place.textContent = tooLong(area) ? `${name} has ${count(area.value.length)} characters, and ${count(Number(area.dataset.most))} can be stored. Shorten it.` : "";
  place.hidden = !tooLong(area);
}

document.addEventListener("input", ({ target }) => {
  const areas = target.matches("form") ? target.querySelectorAll("[data-most]") : [target];
  for (const area of areas) if (area.matches("[data-most]")) say(area);
});

// The grades of what is typed do not wait for the note; saving does.
document.addEventListener("htmx:configRequest", (event) => {
  const { elt, parameters } = event.detail;
  const form = elt.closest("form[data-draft]") ?? document.getElementById("entry-form");
  for (const area of form?.querySelectorAll("[data-most]") ?? []) {
    if (!tooLong(area)) continue;
    if (elt !== form) {
      delete parameters[area.name];
      continue;
    }
    event.preventDefault();
    say(area);
    area.focus();
  }
});
