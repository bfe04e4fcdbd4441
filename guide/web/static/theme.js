// Before the first paint, so that nobody in a dark tunnel is met by a white flash.
try {
  document.documentElement.dataset.theme = localStorage.getItem('coupole-theme') ?? 'dark';
} catch {
  document.documentElement.dataset.theme = 'dark';
}
