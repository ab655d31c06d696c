// The receipt page offers the bidder's own copy: the plain envelope with its receipt, kept by the bid page in this
// window's storage, never on the server.

for (const panel of document.querySelectorAll("[data-own-copy]")) {
  let text = null;
  try {
    text = sessionStorage.getItem(`copy:${panel.dataset.ownCopy}`);
  } catch {
    // Nothing was kept.
  }
  if (!text) continue;
  const { envelope } = JSON.parse(text);
  const [price, days] = ["price", "days"].map((name) => panel.querySelector(`[data-own=${name}]`));
  price.textContent = envelope.price === null ? "—" : Number(envelope.price).toLocaleString("zh-CN", { style: "currency", currency: "CNY" });
  days.textContent = envelope.days;
  const file = new Blob([JSON.stringify(JSON.parse(text), null, 1)], { type: "application/json" });
  panel.querySelector("[data-own-download]").href = URL.createObjectURL(file);
  panel.hidden = false;
}
