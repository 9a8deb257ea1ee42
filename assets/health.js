/* The health page renews itself while nobody is reading with a finger on it: a page that is replaced under a reader, or
   under a screen reader, is worse than one that is ten seconds old. Without this script the page is the same, and stays. */
(function () {
  'use strict';
  const EVERY = 10000;

  const isInUse = () => {
    const inside = document.activeElement && document.activeElement !== document.body;
    return inside || String(window.getSelection() || '') !== '' || document.hidden;
  };

  async function renew() {
    if (isInUse()) return;
    const answer = await fetch(window.location.href, { cache: 'no-store' });
    if (!answer.ok || answer.redirected) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html');
    for (const part of ['main', '#renewed']) {
      const here = document.querySelector(part), there = fresh.querySelector(part);
      if (here && there && here.textContent !== there.textContent) here.replaceChildren(...there.childNodes);
    }
  }

  window.setInterval(() => renew().catch(() => { /* the server is away: the time on the page says how old it is */ }), EVERY);
})();
