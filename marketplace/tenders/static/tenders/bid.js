// What a typed price comes to, and whether it is above the ceiling: said at once, in this browser only.

const field = document.querySelector("[data-price]");
const hint = document.querySelector("[data-price-hint]");

function amountOf(text) {
  const plain = text.normalize("NFKC").replace(/[¥,\s元]/g, "");
  return /^\d+(\.\d{1,2})?$/.test(plain) ? Number(plain) : null;
}

function show() {
  const amount = amountOf(field.value);
  const ceiling = Number(field.dataset.ceiling || 0);
  const above = amount !== null && ceiling > 0 && amount > ceiling;
  hint.classList.toggle("z-bad", above);
  if (amount === null) {
    hint.textContent = field.value.trim() ? hint.dataset.wrong : "";
    return;
  }
  const words = amount.toLocaleString("zh-CN", { style: "currency", currency: "CNY" });
  hint.textContent = above ? hint.dataset.above.replace("{amount}", words) : hint.dataset.right.replace("{amount}", words);
}

if (field && hint) {
  field.addEventListener("input", show);
  show();
}
