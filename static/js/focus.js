// What has the focus is in sight: clear of the strip with the patient's name, of which a small window
// keeps only the line with name and bed. By itself a browser shows of a long text only the line with the
// cursor, and of what a table scrolls in its own box only a part.

const parts = [...document.querySelectorAll("#identity, #identity-pin")];

function measure() {
  const heights = parts.map((part) => part.offsetHeight); // 0 for the one that is no box of its own
  document.documentElement.style.setProperty("--strip", `${Math.max(...heights)}px`); // base.css scrolls by it
}

if (parts.length) {
  const watch = new ResizeObserver(measure);
  for (const part of parts) watch.observe(part);
  measure();
}

document.addEventListener("focusin", ({ target }) => {
  if (!target.matches("textarea:focus-visible, .table-wrap :focus-visible")) return;
  target.scrollIntoView({ block: "nearest", inline: "nearest" });
});
