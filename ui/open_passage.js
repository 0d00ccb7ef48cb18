// Runs in every gr.HTML that shows citations: a press on one of their buttons becomes the event "read".
element.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-doc]");
  if (button) trigger("read", { ...button.dataset });
});

// In the reader: bring the cited words into view once the tab is visible.
const show = (attempts) => {
  const reader = element.querySelector(".k-reader");
  if (!reader) return;
  if (reader.offsetParent === null) {
    if (attempts > 0) requestAnimationFrame(() => show(attempts - 1));
    return;
  }
  const mark = reader.querySelector("#cited");
  if (mark) {
    mark.scrollIntoView({ block: "center" });
    mark.focus({ preventScroll: true });
  } else {
    reader.querySelector(".k-text").scrollTop = 0;
    reader.scrollIntoView({ block: "start" });
  }
};
watch("value", () => show(300));
show(300);
