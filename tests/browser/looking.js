// What a page must hold as it stands (WCAG 2.2, A and AA): looking.py calls these functions in it.

const told = ({ violations }) =>
  violations.flatMap(({ id, nodes }) =>
    nodes.slice(0, 3).map(({ html, any, all }) => `${id}: ${html.slice(0, 160)} ${(any[0] ?? all[0])?.message ?? ""}`),
  );

const named = (it) => `<${it.tagName.toLowerCase()} ${it.id} ${it.className?.baseVal ?? it.className}>`;

const seen = (it) => it.checkVisibility({ visibilityProperty: true });

// A page that scrolls sideways, with what sticks out of it (1.4.10).
function sideways() {
  const page = document.documentElement;
  const wide = page.scrollWidth - page.clientWidth;
  if (wide <= 0) return [];
  const past = [...document.querySelectorAll("body *")].filter(
    (it) => it.getBoundingClientRect().right > page.clientWidth + 1 && !it.parentElement.closest(".table-wrap"),
  );
  return [`${wide} px wider than the window: ${past.slice(0, 4).map(named)}`];
}

// A box that scrolls is reached by keyboard and has a name. The cells of the matrix have the focus themselves.
function boxes() {
  const scrolls = (way) => way === "auto" || way === "scroll";
  return [...document.querySelectorAll("body *")]
    .filter((it) => !it.matches("input, textarea, select, dialog, svg *, .matrix-wrap") && !it.closest(".visually-hidden"))
    .filter((it) => {
      const { overflowX, overflowY } = getComputedStyle(it);
      const across = scrolls(overflowX) && it.scrollWidth > it.clientWidth + 1;
      return (across || (scrolls(overflowY) && it.scrollHeight > it.clientHeight + 1)) && seen(it);
    })
    .filter((it) => it.tabIndex !== 0 || !(it.ariaLabel || it.getAttribute("aria-labelledby")))
    .map((it) => `scrolls without a name or the focus: ${named(it)}`);
}

// Every stop of the focus, down the page and up again: none under a bar, none out of sight (2.4.11).
function stops() {
  const within = document.querySelector("dialog:modal") ?? document;
  const all = [...within.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex='0']")];
  const there = all.filter((it) => it.tabIndex >= 0 && !it.disabled && seen(it));
  const faults = new Set();
  const bar = (it) => {
    for (let each = it; each; each = each.parentElement) {
      if (/^(fixed|sticky)$/.test(getComputedStyle(each).position)) return each;
    }
    return null;
  };
  const look = (stop) => {
    stop.focus();
    if (document.activeElement !== stop) return;
    const place = stop.matches("label input") ? stop.closest("label") : stop;
    const { left, top, width, height } = place.getBoundingClientRect();
    const words = (stop.ariaLabel ?? stop.textContent).trim().slice(0, 30);
    const root = getComputedStyle(document.documentElement);
    const room = innerHeight - parseFloat(root.scrollPaddingTop) - parseFloat(root.scrollPaddingBottom);
    if (height > room) return; // it fills the window
    let inside = 0;
    for (const [x, y] of [[0.1, 0.2], [0.5, 0.5], [0.9, 0.8]]) {
      const [across, down] = [left + x * width, top + y * height];
      if (across < 0 || down < 0 || across >= innerWidth || down >= innerHeight) continue;
      inside += 1;
      const over = document.elementFromPoint(across, down);
      if (!over || place.contains(over) || over.contains(place)) continue;
      const cover = bar(over);
      if (cover && !cover.contains(place)) faults.add(`the focus on ${named(stop)} ${words} is under ${named(cover)}`);
    }
    if (!inside) faults.add(`the focus on ${named(stop)} ${words} is out of sight`);
  };
  there.forEach(look);
  there.reverse().forEach(look);
  document.activeElement?.blur();
  scrollTo(0, 0);
  return [...faults].slice(0, 6);
}

const WITHOUT_CONTRAST = {
  resultTypes: ["violations"],
  rules: { "target-size": { enabled: true }, "color-contrast": { enabled: false } },
};

// Everything that axe knows but contrast. Rows of a table are alike: six of each are looked at.
function judged() {
  for (const body of document.querySelectorAll("tbody")) {
    for (const row of [...body.rows].slice(6)) row.hidden = true;
  }
  return axe.run(document, WITHOUT_CONTRAST).then(told);
}

function small() {
  return axe.run(document, { resultTypes: ["violations"], runOnly: { type: "rule", values: ["target-size"] } }).then(told);
}

// Contrast: each pair of ink and paper is judged where it is met first; `known` are those of former pages.
function contrast(known) {
  const fresh = new Map();
  for (const it of document.querySelectorAll("body *")) {
    const words = [...it.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
    if (!words || !seen(it)) continue;
    let paper = it;
    while (paper && /, 0\)$|transparent/.test(getComputedStyle(paper).backgroundColor)) paper = paper.parentElement;
    const { color, fontSize, fontWeight, opacity } = getComputedStyle(it);
    const look = [color, paper && getComputedStyle(paper).backgroundColor, fontSize, fontWeight, opacity].join(" ");
    if (!known.includes(look) && !fresh.has(look)) fresh.set(look, it);
  }
  if (!fresh.size) return { looks: [], faults: [] };
  const rule = { resultTypes: ["violations"], runOnly: { type: "rule", values: ["color-contrast"] } };
  return axe.run({ include: [...fresh.values()] }, rule).then((results) => ({ looks: [...fresh.keys()], faults: told(results) }));
}

const drawn = () => new Promise((then) => requestAnimationFrame(() => requestAnimationFrame(then)));

window.looking = { sideways, boxes, stops, judged, small, contrast, drawn };
