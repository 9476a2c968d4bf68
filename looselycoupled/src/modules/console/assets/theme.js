// Runs before the first paint, so that a page whose theme was chosen by hand never flashes in the other one.
try {
  const chosen = localStorage.getItem("looselycoupled.theme");
  if (chosen === "light" || chosen === "dark") document.documentElement.dataset.theme = chosen;
} catch {
  // A browser that keeps nothing follows the system.
}
