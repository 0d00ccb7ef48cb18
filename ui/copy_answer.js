// In answers: a press on their copy button puts the answer, as plain text, on the clipboard.
{
  const SHOWN = 3_000;

  // Browsers offer the clipboard to secure pages only; over plain HTTP in a network there is this older way.
  const copySelected = (text) => {
    const area = document.createElement("textarea");
    area.value = text;
    area.style.position = "fixed";
    area.style.opacity = "0";
    document.body.append(area);
    area.select();
    const copied = document.execCommand("copy");
    area.remove();
    return copied;
  };

  const copy = async (text) => {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      return copySelected(text);
    }
  };

  element.addEventListener("click", async (event) => {
    const button = event.target.closest("button[data-copy]");
    if (!button) return;
    const { label, copied, failed } = button.dataset;
    button.textContent = (await copy(button.dataset.copy)) ? copied : failed;
    button.focus({ preventScroll: true });
    setTimeout(() => (button.textContent = label), SHOWN);
  });
}
