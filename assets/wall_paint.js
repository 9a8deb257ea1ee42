/* Painting a frame: texts, states, paths, lists and figures go into elements that stay.
   Whatever people wrote only ever becomes a text node. */
(function () {
  'use strict';
  const W = (window.watchfloor = window.watchfloor || {});
  const SVG = 'http://www.w3.org/2000/svg';
  const PACE = 100;               // ticker, pixels a second on a 1920 wall: readable while walking past
  const shown = { figures: {}, lists: {} };

  const byId = (id) => document.getElementById(id);
  const calm = () => window.matchMedia('(prefers-reduced-motion: reduce)').matches;

  W.text = function (element, text) {
    if (element && element.textContent !== text) element.textContent = text;
  };

  W.state = function (element, state) {
    if (element && element.dataset.state !== state) element.dataset.state = state;
  };

  W.style = function (element, name, value) {
    if (element && element.style[name] !== value) element.style[name] = value;
  };

  const isHidden = (element) => Boolean(element.closest('.scene[data-shown=no]'));

  function path(element, d) {
    if (!element) return;
    let line = element.querySelector('path');
    if (!line) {
      const svg = document.createElementNS(SVG, 'svg');
      svg.setAttribute('viewBox', '0 0 100 30');
      svg.setAttribute('preserveAspectRatio', 'none');
      svg.setAttribute('aria-hidden', 'true');
      line = document.createElementNS(SVG, 'path');
      svg.appendChild(line);
      element.appendChild(svg);
    }
    if (line.getAttribute('d') !== d) line.setAttribute('d', d);
  }

  function row(cells) {
    const element = document.createElement('div');
    fill(element, cells);
    return element;
  }

  /* One row: a cell per text, its place as a class, short words also as data-word for the style sheet. */
  function fill(element, cells) {
    element.className = 'row';
    while (element.childElementCount > cells.length) element.lastElementChild.remove();
    cells.forEach(function (text, place) {
      let cell = element.children[place];
      if (!cell) {
        cell = element.appendChild(document.createElement('span'));
        cell.className = 'c' + place;
        cell.dir = 'auto';
      }
      W.text(cell, text);
      const word = /^[a-z]{1,12}$/.test(text) ? text : '';
      if (cell.dataset.word !== word) cell.dataset.word = word;
    });
  }

  function list(element, rows) {
    const known = shown.lists[element.id];
    const key = (cells) => cells.join('\u0001');
    const before = new Set((known || []).map(key));
    while (element.childElementCount > rows.length) element.lastElementChild.remove();
    rows.forEach(function (cells, place) {
      const old = element.children[place];
      if (old) fill(old, cells); else element.appendChild(row(cells));
      if (known && !before.has(key(cells)) && element.classList.contains('posts')) slide(element.children[place]);
    });
    shown.lists[element.id] = rows;
  }

  function slide(element) {
    if (calm() || !element.animate || isHidden(element)) return;
    element.animate([{ transform: 'translateY(-0.8rem)', opacity: 0 }, { transform: 'none', opacity: 1 }],
      { duration: 600, easing: 'ease-out' });
  }

  /* The ticker: one run of posts and its twin behind it, moved left by exactly one run, so the loop has no seam. */
  function ticker(element, rows) {
    const text = JSON.stringify(rows);
    if (shown.lists[element.id] === text) return;
    const first = shown.lists[element.id] === undefined || !element.classList.contains('moving');
    shown.lists[element.id] = text;
    if (first || !rows.length || calm() || isHidden(element)) { run(element, rows); return; }
    /* New posts enter when the lap is over: nothing jumps under the eye of a reader. */
    const track = element.firstElementChild;
    track.addEventListener('animationiteration', function () {
      if (shown.lists[element.id] === text) run(element, rows);
    }, { once: true });
  }

  function run(element, rows) {
    const track = document.createElement('div');
    track.className = 'track';
    const lap = track.appendChild(document.createElement('div'));
    lap.className = 'lap';
    rows.forEach((cells) => lap.appendChild(row(cells)));
    element.replaceChildren(track);
    const rem = parseFloat(getComputedStyle(document.documentElement).fontSize);
    const moving = rows.length > 0 && !calm() && lap.scrollWidth > element.clientWidth;
    element.classList.toggle('moving', moving);
    if (!moving) return;
    const length = lap.getBoundingClientRect().width / rem;
    const twin = track.appendChild(lap.cloneNode(true));
    twin.setAttribute('aria-hidden', 'true');
    track.style.setProperty('--lap', '-' + length.toFixed(3) + 'rem');
    track.style.setProperty('--seconds', (length * 10 / PACE).toFixed(1) + 's');
  }

  function figure(id, fig) {
    const host = byId(id);
    if (!host) return;
    const text = JSON.stringify(fig);
    if (shown.figures[id] && shown.figures[id].text === text) return;
    window.dash_clientside.set_props(id, { figure: W.dress(fig, host) });
    shown.figures[id] = { text: text, figure: fig };
  }

  /* After a resize every figure is dressed again for its new size. */
  W.redress = function () {
    for (const id of Object.keys(shown.figures)) {
      W.guard('figure ' + id, () => window.dash_clientside.set_props(id, {
        figure: W.dress(shown.figures[id].figure, byId(id)),
      }));
    }
  };

  /* One panel that cannot be painted must not stop the others. The failure is remembered for the loop. */
  W.guard = function (what, work) {
    try { work(); return true; } catch (error) { console.warn('watchfloor: ' + what + ': ' + error.message); return false; }
  };

  /* Paint a frame; true when everything could be painted. */
  W.paint = function (frame) {
    let whole = true;
    const each = (part, work) => {
      for (const [id, what] of Object.entries(frame[part] || {})) {
        whole = W.guard(part + ' ' + id, () => work(id, what)) && whole;
      }
    };
    each('values', (id, text) => W.text(byId(id), text));
    each('states', (id, state) => W.state(byId(id), state));
    each('paths', (id, d) => path(byId(id), d));
    each('lists', function (id, rows) {
      const element = byId(id);
      if (element) (element.classList.contains('passing') ? ticker : list)(element, rows);
    });
    each('figures', figure);
    return whole;
  };
})();
