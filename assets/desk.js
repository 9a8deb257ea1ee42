/* The desk's small hands: links that change the view without loading the page, boxes that close, a table that forgets
   rows of another view, and the mark that says when the server stops answering. Nothing runs on other pages. */
(function () {
  'use strict';
  if (!document.documentElement.classList.contains('desk-page')) return;
  const dash = (window.dash_clientside = window.dash_clientside || {});
  const GRID = 'desk-grid', EVERY = 15000, PATIENCE = 8000;

  const seen = () => (document.documentElement.getAttribute('data-mantine-color-scheme') === 'dark' ? 'dark' : 'light');
  new MutationObserver(function () {
    if (dash.set_props && document.getElementById('desk')) dash.set_props('desk-scheme', { data: seen() });
  }).observe(document.documentElement, { attributeFilter: ['data-mantine-color-scheme'] });

  function table() {
    const api = window.dash_ag_grid && window.dash_ag_grid.getApi && window.dash_ag_grid.getApi(GRID);
    return api && !api.isDestroyed() ? api : null;
  }

  dash.desk = {
    /* What the page is: the switch itself tells light until it has looked. */
    scheme: () => seen(),
    /* Rows of what was looked at before are forgotten; a table of another view is about to go anyway. */
    purge: function (told) {
      const api = table(), view = (/(?:^|&)view=(\w+)/.exec(told.query) || [])[1] || 'mentions';
      if (!api || (api.getGridOption('context') || {}).view !== view) return;
      if (api.getDisplayedRowCount()) api.ensureIndexVisible(0, 'top');
      api.purgeInfiniteCache();
    },
    /* The table's order is the address's: Back brings an older one back. */
    order: function (opened) {
      const api = table();
      if (!api) return;
      const usual = (api.getGridOption('context') || {}).usual, wanted = (opened || {}).sort || usual;
      const field = wanted.replace(/^-/, ''), sort = wanted[0] === '-' ? 'desc' : 'asc';
      const column = api.getColumnState().find((one) => one.colId === field);
      if (column && column.sort !== sort) api.applyColumnState({ state: [{ colId: field, sort: sort }], defaultState: { sort: null } });
    },
    /* Who opened a row by key goes on reading there. */
    stood: function () {
      const title = document.getElementById('desk-beside-title');
      if (title && document.documentElement.dataset.deskKeys) title.focus();
      delete document.documentElement.dataset.deskKeys;
    },
  };

  /* ---- links within the desk: the address changes, dcc.Location hears of it, the page stays ---- */
  function go(href) {
    const url = new URL(href, window.location.href);
    window.history.pushState({}, '', url.pathname + url.search);
    window.dispatchEvent(new CustomEvent('_dashprivate_pushstate'));
    const anchor = url.hash && document.getElementById(url.hash.slice(1));
    if (anchor) { anchor.scrollIntoView({ block: 'start' }); anchor.focus({ preventScroll: true }); }
  }

  document.addEventListener('click', function (event) {
    const link = event.target.closest && event.target.closest('a[data-desk]');
    if (!link || event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    go(link.href);
  });

  /* ---- boxes of the sentence: one at a time, closed by Escape and by a click elsewhere ---- */
  const boxes = () => document.querySelectorAll('.desk-choice[open]');
  function closeBoxes(except) {
    boxes().forEach((box) => { if (box !== except) box.removeAttribute('open'); });
  }
  document.addEventListener('pointerdown', function (event) {
    closeBoxes(event.target.closest && event.target.closest('.desk-choice'));
  });
  document.addEventListener('focusin', function (event) {
    if (boxes().length) closeBoxes(event.target.closest && event.target.closest('.desk-choice'));
  });
  document.addEventListener('keydown', function (event) {
    if (event.key !== 'Escape') return;
    const box = boxes()[0], close = document.getElementById('desk-close');
    if (box) { box.removeAttribute('open'); box.querySelector('summary').focus(); return; }
    if (close) { close.click(); backToTable(); }
  });

  function backToTable() {
    const api = table(), cell = api && api.getFocusedCell();
    if (cell) api.setFocusedCell(cell.rowIndex, cell.column);
  }

  /* ---- freshness: the server tells it; that the server is gone, only the page can tell ---- */
  let fails = 0;
  async function look() {
    const abort = new AbortController(), timer = setTimeout(() => abort.abort(), PATIENCE);
    try {
      const answer = await fetch('/healthz', { cache: 'no-store', signal: abort.signal });
      fails = answer.ok ? 0 : fails + 1;
    } catch (error) { fails += 1; } finally { clearTimeout(timer); }
    const page = document.getElementById('desk');
    if (page) page.classList.toggle('desk-offline', fails > 1);
    setTimeout(look, fails ? EVERY / 5 : EVERY);
  }
  setTimeout(look, EVERY);
})();
