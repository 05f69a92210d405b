// A drug that is given as a run brings the unit of its rate and its route; then the rate is typed.

const presets = () => [...document.querySelectorAll("[data-preset]")].map((line) => new URLSearchParams(line.dataset.preset));

// What another drug's button brought goes with that drug; what somebody chose otherwise stays.
document.addEventListener("input", (event) => {
  const tap = event.target;
  if (tap.name !== "agent" || !tap.checked) return;
  const own = new URLSearchParams(tap.closest("[data-preset]")?.dataset.preset ?? "");
  for (const name of ["unit", "route"]) {
    const field = tap.form.elements.namedItem(name);
    const brought = presets().some((preset) => preset.get(name) === field.value);
    if (own.has(name) ? !field.value || brought : brought && name === "unit") field.value = own.get(name) ?? "";
  }
});

// In the tap itself, so that a tablet shows its keyboard.
document.addEventListener("click", (event) => {
  const button = event.target.closest('[data-preset] button[name="fill"]');
  if (button) button.form.elements.namedItem("amount").focus();
});
