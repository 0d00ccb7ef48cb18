// In results with chips: a press switches one off or on, and their question is asked again as the event "input".
{
  const PATIENCE = 30_000; // a run that has not come back by then has failed
  let started = 0;
  let next = null;
  let focused = null;

  const line = () => element.querySelector(".k-reading");
  const chips = () => [...(line()?.querySelectorAll("[data-key]") ?? [])];
  const isOff = (chip) => chip.getAttribute("aria-pressed") === "false";
  const run = (asked) => {
    started = Date.now();
    trigger("input", asked);
  };

  element.addEventListener("click", (event) => {
    const pressed = event.target.closest("button[data-key]");
    if (!pressed) return;
    focused = pressed.dataset.key;
    pressed.setAttribute("aria-pressed", String(isOff(pressed)));
    line().setAttribute("aria-busy", "true");
    const ignore = chips().filter(isOff).map((chip) => chip.dataset.key);
    const asked = { question: line().dataset.question, ignore };
    // One at a time, so that the last press is also the last to be answered.
    if (Date.now() - started < PATIENCE) next = asked;
    else run(asked);
  });

  watch("value", () => {
    started = 0;
    const pressed = chips().find((chip) => chip.dataset.key === focused);
    if (pressed) {
      const fold = pressed.closest("details");
      if (fold) fold.open = true;
      pressed.focus({ preventScroll: true });
    }
    const asked = next;
    next = null;
    if (asked?.question === line()?.dataset.question) {
      for (const chip of chips()) chip.setAttribute("aria-pressed", String(!asked.ignore.includes(chip.dataset.key)));
      line().setAttribute("aria-busy", "true");
      run(asked);
    } else focused = null;
  });
}
