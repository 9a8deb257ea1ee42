/* Light or dark, before the first pixel: what the switch remembers, else what the system says. In the page's head. */
(function () {
  'use strict';
  let kept = null;
  try { kept = window.localStorage.getItem('mantine-color-scheme-value'); } catch (error) { /* private mode */ }
  const dark = window.matchMedia('(prefers-color-scheme: dark)').matches;
  const scheme = kept === 'light' || kept === 'dark' ? kept : dark ? 'dark' : 'light';
  document.documentElement.setAttribute('data-mantine-color-scheme', scheme);
  document.documentElement.classList.add('desk-page');
  document.documentElement.lang = 'en';
})();
