// Below results: a press on a download button has the server make the file, which the browser keeps.
element.addEventListener("click", async (event) => {
  const KEPT = 60_000;
  const button = event.target.closest("button[data-export]");
  if (!button) return;
  const group = button.closest("[data-given]");
  const said = group.querySelector("[role=status]");
  const name = button.dataset.export;
  said.textContent = "";
  button.disabled = true;
  try {
    const reply = await fetch(new URL(`export/${name}`, document.baseURI), {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: group.dataset.given,
    });
    if (reply.ok) {
      const link = document.createElement("a");
      link.href = URL.createObjectURL(await reply.blob());
      link.download = name;
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), KEPT);
    } else said.textContent = (await reply.json()).error;
  } catch {
    said.textContent = group.dataset.failed;
  }
  button.disabled = false;
  button.focus({ preventScroll: true });
});
