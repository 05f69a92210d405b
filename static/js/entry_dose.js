// A drug that is given as a run brings the unit of its rate and its route, where none is chosen.

document.addEventListener("input", (event) => {
  const tap = event.target;
  const preset = tap.name === "agent" && tap.checked && tap.closest("[data-preset]");
  if (!preset) return;
  for (const [name, value] of new URLSearchParams(preset.dataset.preset)) {
    const field = tap.form.elements.namedItem(name);
    if (field && !field.value) field.value = value;
  }
});
