/* Which scene is on. It follows from the server's time alone: every screen of a wall shows the same scene in the same
   second, and a reload lands where it left. A key holds another scene for a while, on this screen only. */
(function () {
  'use strict';
  const W = (window.watchfloor = window.watchfloor || {});
  const AHEAD = 4000;             // the next scene is asked for and painted, out of sight, so long before its turn
  const PAUSE = 600e3;            // nobody's hands are there any more: a pause ends by itself
  const SETTLED = 3000;           // a clock set back by a hair must not turn a scene back
  const KEYS = { ' ': pause, ArrowRight: () => step(1), n: () => step(1), ArrowLeft: () => step(-1), p: () => step(-1) };
  let scenes = [], playing = null, ask = null, shown = null, before = null, since = 0, hold = null, boundary = 0;

  /* The rule: at `ms` since 1970 it is this scene's turn, for `left` ms more. The dwells follow each other for ever. */
  W.turn = function (ms, list) {
    const total = list.reduce((sum, scene) => sum + scene.seconds * 1000, 0);
    let into = ((ms % total) + total) % total, place = 0;
    while (into >= list[place].seconds * 1000) into -= list[place++].seconds * 1000;
    return { place: place, left: list[place].seconds * 1000 - into };
  };

  /* The scenes with something to show, as the server names them for all screens. */
  function turning() {
    const some = scenes.filter((scene) => !playing || playing.includes(scene.name));
    return some.length ? some : scenes;
  }

  /* What should be on now, for how long, out of how long, and what comes then. */
  function plan() {
    const now = W.now(), list = turning();
    if (!Number.isFinite(now)) return { scene: list[0], next: list[0], left: Infinity, whole: Infinity };
    if (hold && now >= hold.until) hold = null;
    const turn = W.turn(now, list), scene = hold ? hold.scene : list[turn.place];
    const left = hold ? hold.until - now : turn.left;
    const whole = hold ? hold.until - hold.from : scene.seconds * 1000;
    return { scene: scene, next: list[W.turn(now + left, list).place], left: left, whole: whole };
  }

  function look() {
    const planned = plan();
    /* Never blank: as long as the one has no picture yet, the other stays. */
    const scene = !planned.scene.frame && shown && shown.frame ? shown : planned.scene;
    const isBack = !hold && scene === before && performance.now() - since < SETTLED;
    if (scene !== shown && !isBack) show(scene);
    if (planned.left <= AHEAD && planned.next !== shown) freshen(planned.next, AHEAD);
    tell(planned);
    clearTimeout(boundary);
    if (planned.left < 2000) boundary = setTimeout(look, planned.left + 10);
  }

  function show(scene) {
    before = shown;
    shown = scene;
    since = performance.now();
    scenes.forEach(function (each) {
      for (const element of [each.element, each.turn]) if (element) element.dataset.shown = each === scene ? 'yes' : 'no';
    });
    freshen(scene, 2000);
    W.guard('freshness', W.tellFreshness);
  }

  function freshen(scene, age) {
    if (performance.now() - scene.asked > age) ask(scene).catch(() => { /* counted where it was asked */ }).then(look);
  }

  /* ---- keys ---- */
  function keep(scene, length, isPaused) {
    hold = { scene: scene, from: W.now(), until: W.now() + length, isPaused: isPaused };
    look();
  }

  /* A scene chosen by hand is shown for its whole dwell, and then until the wall turns anyway. */
  function go(scene) {
    if (!scene) return;
    const dwell = scene.seconds * 1000;
    if (hold && hold.isPaused) keep(scene, PAUSE, true);
    else keep(scene, dwell + W.turn(W.now() + dwell, turning()).left, false);
    if (!scene.frame) freshen(scene, 0);
  }

  function step(by) {
    const list = turning(), from = list.indexOf(hold ? hold.scene : shown);
    go(list[(Math.max(from, by > 0 ? -1 : 0) + by + list.length) % list.length]);
  }

  function pause() {
    if (hold && hold.isPaused) keep(shown, W.turn(W.now(), turning()).left, false);
    else keep(shown, PAUSE, true);
  }

  function key(event) {
    if (event.ctrlKey || event.altKey || event.metaKey || !Number.isFinite(W.now())) return;
    const act = KEYS[event.key] || (/^[1-9]$/.test(event.key) && (() => go(scenes[event.key - 1])));
    if (!act) return;
    event.preventDefault();
    act();
  }

  /* ---- the indicator ---- */
  function tell(planned) {
    if (scenes.length < 2) return;
    const isPaused = Boolean(hold && hold.isPaused);
    const share = isPaused || planned.scene !== shown ? 1 : Math.max(0, planned.left - 1000) / planned.whole;
    scenes.forEach((scene) => W.style(scene.bar, 'transform', `scaleX(${(scene === shown ? share : 1).toFixed(4)})`));
    W.text(document.getElementById('wall:paused'), isPaused ? 'PAUSED until ' + W.at(hold.until) : '');
  }

  function found(root, element) {
    const name = element.dataset.scene, turn = root.querySelector(`[data-turn="${name}"]`);
    return {
      name: name, seconds: Number(element.dataset.seconds), address: element.dataset.frame, element: element,
      turn: turn, bar: turn && turn.querySelector('.turn-left'), frame: null, etag: null, fails: 0, asked: performance.now(), pending: null,
    };
  }

  W.scenes = {
    /* `asks` asks for a scene's frame and paints it. */
    begin: function (root, asks) {
      ask = asks;
      scenes = [...root.querySelectorAll('.scene')].map((element) => found(root, element));
      if (scenes.length > 1) window.addEventListener('keydown', key);
      look();
    },
    look: look,
    all: () => scenes,
    shown: () => shown,
    play: (names) => { playing = names || null; },
    /* The scenes whose picture must be kept fresh: what is on, what should be, and what is about to be. */
    due: function () {
      const planned = plan();
      return [...new Set([shown, planned.scene, ...(planned.left <= AHEAD ? [planned.next] : [])])];
    },
  };
})();
