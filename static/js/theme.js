// Before the first paint: without a chosen theme the page follows the system's.
if (!document.documentElement.dataset.bsTheme) {
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const follow = () => (document.documentElement.dataset.bsTheme = dark.matches ? "dark" : "light");
  follow();
  dark.addEventListener("change", follow);
}
