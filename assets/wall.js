/* The wall's own loop: ask for the frames, paint them, and say how old the picture is.
   Nothing here runs on a page without the wall's root. Not dcc.Interval: it starves when answers are slow. */
(function () {
  'use strict';
  const W = (window.watchfloor = window.watchfloor || {});
  const EVERY = 2000, LONGEST = 30000, PATIENCE = 8000, WATCHDOG = 30000;
  const RESTART_HOUR = 4;
  const wallish = () => /(^|\/)wall\/[^/]+\/?$/.test(window.location.pathname);
  const st = { fails: 0, painted: 0, build: null, leaving: false, asked: 0 };
  const born = performance.now();
  let root = null;

  const byId = (id) => document.getElementById(id);

  /* ---- freshness: from instants the frame carries, never from the fact that something answered ---- */
  function freshness(of, fails) {
    const newest = W.instant(of.as_of), stale = W.instant(of.stale_at);
    const since = Number.isFinite(newest) ? 'data from ' + W.at(newest) : of.is_fed ? 'no data yet' : of.why;
    if (fails >= 2) return { state: 'offline', word: 'OFFLINE', detail: since };
    if (Number.isFinite(stale) && W.now() >= stale) {
      return { state: 'stale', word: 'STALE since ' + W.at(stale), detail: of.why || since };
    }
    if (!of.is_fed) return { state: 'live', word: 'LIVE', detail: of.why };
    if (!Number.isFinite(newest)) return { state: 'none', word: 'NO DATA', detail: of.why || 'nothing has come in yet' };
    return { state: 'live', word: 'LIVE', detail: 'data ' + W.at(newest) };
  }

  W.tellFreshness = function () {
    const scene = W.scenes.shown();
    if (!scene) return;
    const fails = Math.max(st.fails, scene.fails);
    const whole = scene.frame ? freshness(scene.frame, fails)
      : fails >= 2 ? { state: 'offline', word: 'OFFLINE', detail: 'no picture yet' }
      : { state: 'starting', word: 'STARTING', detail: 'waiting for the first picture' };
    W.state(byId('wall:pill'), whole.state);
    W.state(root, whole.state);
    W.text(byId('wall:pill-word'), whole.word);
    W.text(byId('wall:pill-detail'), whole.detail);
    W.scenes.all().forEach(tellPanels);
  };

  function tellPanels(scene) {
    scene.element.querySelectorAll('[data-panel]').forEach(function (card) {
      const own = scene.frame && (scene.frame.panels || {})[card.dataset.panel];
      const mark = own ? freshness(own, Math.max(st.fails, scene.fails)) : { state: 'none', word: '', detail: '' };
      const element = byId(card.dataset.panel + ':fresh');
      const short = card.classList.contains('tile');
      const words = { stale: mark.word, offline: 'OFFLINE' }[mark.state] || '';
      W.state(element, mark.state);
      if (card.dataset.fresh !== mark.state) card.dataset.fresh = mark.state;
      W.text(element, short ? words.split(' ')[0] : words);
    });
  }

  function everySecond() {
    W.guard('clock', () => W.tellTime(root));
    W.guard('scenes', W.scenes.look);
    W.guard('freshness', W.tellFreshness);
    W.guard('watch', watch);
  }

  /* ---- the loop ---- */
  /* Ask for one scene's frame and paint it, on show or not; one request at a time. */
  function ask(scene) {
    scene.pending = scene.pending || asked(scene).finally(() => { scene.pending = null; });
    return scene.pending;
  }

  async function asked(scene) {
    const abort = new AbortController();
    const timer = setTimeout(() => abort.abort(), PATIENCE);
    scene.asked = performance.now();
    try {
      const headers = scene.etag ? { 'If-None-Match': scene.etag } : {};
      const answer = await fetch(scene.address, { headers: headers, cache: 'no-store', signal: abort.signal });
      if (answer.status !== 200 && answer.status !== 304) throw new Error('the frame answers ' + answer.status);
      const frame = answer.status === 200 ? await answer.json() : null;
      W.setClock(answer.headers.get('X-Now'));
      st.build = answer.headers.get('X-Build') || st.build;
      if (frame) paint(scene, frame, answer.headers.get('ETag'));
      scene.fails = st.fails = 0;
    } catch (error) {
      scene.fails += 1;
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  /* The tag is kept only when all of the frame is on the glass: what failed is then asked for again. */
  function paint(scene, frame, etag) {
    const whole = W.paint(frame);
    scene.frame = frame;
    st.painted += 1;
    scene.etag = whole ? etag : null;
    W.scenes.play(frame.playing);
  }

  async function loop() {
    let wait = EVERY;
    const tries = await Promise.allSettled(W.scenes.due().map(ask));
    if (tries.every((one) => one.status === 'rejected')) {
      st.fails += 1;
      /* The second try comes soon, so that a dead server is seen; later ones spread out. */
      const base = st.fails < 3 ? EVERY : Math.min(LONGEST, 1000 * Math.pow(2, Math.min(5, st.fails - 1)));
      wait = base * (0.7 + 0.3 * Math.random());
    }
    W.guard('scenes', W.scenes.look);
    W.guard('freshness', W.tellFreshness);
    setTimeout(loop, wait);
  }

  /* ---- reloads: never without a healthy server behind them ---- */
  async function reload(reason) {
    if (st.leaving || performance.now() - st.asked < 5000) return;
    st.leaving = true;
    st.asked = performance.now();
    try {
      const health = await fetch('/healthz', { cache: 'no-store' });
      if (health.ok) { remember(reason); window.location.reload(); return; }
    } catch (error) { /* not healthy: the picture stays, and the next second asks again */ }
    st.leaving = false;
  }

  function remember(reason) { try { sessionStorage.setItem('watchfloor', reason); } catch (error) { /* private mode */ } }
  function remembered() { try { return sessionStorage.getItem('watchfloor'); } catch (error) { return null; } }

  function watch() {
    const age = performance.now() - born;
    if (!st.painted && age > WATCHDOG) return void reload('watchdog');
    if (!root) return;
    /* Once per build: a proxy that mixes two builds must not make the wall spin. */
    const fresh = 'build ' + st.build;
    if (st.build && st.build !== root.dataset.build && remembered() !== fresh) return void reload(fresh);
    if (age > 2 * 3600e3 && W.hour() === RESTART_HOUR) reload('daily');
  }

  function begin() {
    const html = document.documentElement;
    html.classList.add('wall');
    html.style.setProperty('--wide', root.dataset.wide);
    html.style.setProperty('--high', root.dataset.high);
    W.setZone(root.dataset.zone);
    W.setClock(root.dataset.now);
    let resizing = 0;
    window.addEventListener('resize', function () {
      clearTimeout(resizing);
      resizing = setTimeout(W.redress, 250);
    });
    hidePointer();
    W.scenes.begin(root, ask);
    everySecond();
    setInterval(everySecond, 1000);
    lettersReady().then(loop);
  }

  /* A wall has no hands: a pointer left on it goes away. */
  function hidePointer() {
    const html = document.documentElement;
    let resting = setTimeout(() => html.classList.add('idle'), 5000);
    window.addEventListener('pointermove', function () {
      html.classList.remove('idle');
      clearTimeout(resting);
      resting = setTimeout(() => html.classList.add('idle'), 5000);
    });
  }

  /* Figures are measured when they are drawn: the letters must be there first, but are not waited for long. */
  function lettersReady() {
    const letters = ['400', '700'].map((weight) => document.fonts.load(weight + " 20px 'Inter Variable'"));
    return Promise.race([Promise.allSettled(letters), new Promise((done) => setTimeout(done, 3000))]);
  }

  /* Dash mounts the page some time after this script has run. */
  function find() {
    root = byId('wall');
    const ready = W.paint && W.dress && W.scenes && W.tellTime;
    if (root && ready && window.dash_clientside && window.dash_clientside.set_props) return begin();
    if (wallish()) W.guard && W.guard('watch', watch);
    setTimeout(find, 100);
  }

  if (wallish()) { document.documentElement.classList.add('wall'); setTimeout(find, 0); }
})();
