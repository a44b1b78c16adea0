// Runs before the page. A widget that takes longer than two seconds to load is given up by its loader (anywidget 0.11)
// and never gets another frame: too short on a busy machine, or where graphics are painted in software.
(() => {
  const given = AbortSignal.timeout;
  AbortSignal.timeout = (ms) => given.call(AbortSignal, ms === 2000 ? 120000 : ms);
})();
