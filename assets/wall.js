/* The wall's own loop: ask for the frame, paint it, tell the time, and say how old the picture is.
   Nothing here runs on a page without the wall's root. Not dcc.Interval: it starves when answers are slow. */
(function () {
  'use strict';
  const W = (window.watchfloor = window.watchfloor || {});
  const EVERY = 2000, LONGEST = 30000, PATIENCE = 8000, WATCHDOG = 30000;
  const RESTART_HOUR = 4;
  const wallish = () => /(^|\/)wall\/[^/]+\/?$/.test(window.location.pathname);
  const st = { etag: null, fails: 0, frame: null, painted: 0, clock: null, build: null, leaving: false, asked: 0 };
  const born = performance.now();
  let root = null;

  const byId = (id) => document.getElementById(id);
  const instant = (iso) => (iso ? Date.parse(iso) : NaN);

  /* ---- time: the server's clock, carried on by this machine's steady one ---- */
  const now = () => (st.clock ? st.clock.server + (performance.now() - st.clock.local) : NaN);

  function setClock(header) {
    const server = instant(header);
    if (Number.isFinite(server)) st.clock = { server: server, local: performance.now() };
  }

  const formats = {};
  function told(at, zone, options) {
    if (!Number.isFinite(at)) return '–';
    const key = zone + JSON.stringify(options);
    formats[key] = formats[key] || new Intl.DateTimeFormat('en-GB', Object.assign({ timeZone: zone }, options));
    return formats[key].format(at);
  }
  const HM = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' };
  const DAY = { weekday: 'short', day: 'numeric', month: 'short' };
  const zone = () => root.dataset.zone || 'UTC';
  const place = () => zone().split('/').pop().replace(/_/g, ' ');

  /* HH:MM today, "Fri 14:05" within the week, else the date: never a time that could be another day's. */
  function at(ms) {
    const date = { day: 'numeric', month: 'short', year: 'numeric' };
    const time = told(ms, zone(), HM), days = (now() - ms) / 864e5;
    if (!Number.isFinite(now()) || told(ms, zone(), date) === told(now(), zone(), date)) return time;
    return days >= 0 && days < 6 ? told(ms, zone(), { weekday: 'short' }) + ' ' + time : told(ms, zone(), date);
  }

  function tellTime() {
    const here = told(now(), zone(), DAY);
    W.text(byId('wall:date'), Number.isFinite(now()) ? here + ', ' + place() + ' time' : '');
    root.querySelectorAll('[data-clock]').forEach(function (element) {
      const its = element.dataset.clock, known = Number.isFinite(now());
      W.text(element, known ? told(now(), its, HM) : '--:--');
      const day = known ? told(now(), its, DAY) : here;
      W.text(byId(element.id + '-day'), day === here ? '' : told(now(), its, { weekday: 'short' }));
      const hour = known ? Number(told(now(), its, { hour: '2-digit', hourCycle: 'h23' })) : 12;
      W.state(element.parentElement, hour >= 7 && hour < 20 ? 'day' : 'night');
    });
  }

  /* ---- freshness: from instants the frame carries, never from the fact that something answered ---- */
  function freshness(of) {
    const newest = instant(of.as_of), stale = instant(of.stale_at);
    const since = Number.isFinite(newest) ? 'data from ' + at(newest) : 'no data yet';
    if (st.fails >= 2) return { state: 'offline', word: 'OFFLINE', detail: since };
    if (Number.isFinite(stale) && now() >= stale) {
      return { state: 'stale', word: 'STALE since ' + at(stale), detail: of.why || since };
    }
    if (!Number.isFinite(newest)) return { state: 'none', word: 'NO DATA', detail: of.why || 'nothing has come in yet' };
    return { state: 'live', word: 'LIVE', detail: 'data ' + at(newest) };
  }

  function tellFreshness() {
    const whole = st.frame ? freshness(st.frame)
      : st.fails >= 2 ? { state: 'offline', word: 'OFFLINE', detail: 'no picture yet' }
      : { state: 'starting', word: 'STARTING', detail: 'waiting for the first picture' };
    W.state(byId('wall:pill'), whole.state);
    W.state(root, whole.state);
    W.text(byId('wall:pill-word'), whole.word);
    W.text(byId('wall:pill-detail'), whole.detail);
    root.querySelectorAll('[data-panel]').forEach(function (card) {
      const own = st.frame && (st.frame.panels || {})[card.dataset.panel];
      const mark = own ? freshness(own) : { state: 'none', word: '', detail: '' };
      const element = byId(card.dataset.panel + ':fresh');
      const short = card.classList.contains('tile');
      const words = { stale: mark.word, offline: 'OFFLINE' }[mark.state] || '';
      W.state(element, mark.state);
      if (card.dataset.fresh !== mark.state) card.dataset.fresh = mark.state;
      W.text(element, short ? words.split(' ')[0] : words);
    });
  }

  function everySecond() {
    W.guard('clock', tellTime);
    W.guard('freshness', tellFreshness);
    W.guard('watch', watch);
  }

  /* ---- the loop ---- */
  async function ask() {
    const abort = new AbortController();
    const timer = setTimeout(() => abort.abort(), PATIENCE);
    try {
      const headers = st.etag ? { 'If-None-Match': st.etag } : {};
      const answer = await fetch(root.dataset.frame, { headers: headers, cache: 'no-store', signal: abort.signal });
      if (answer.status !== 200 && answer.status !== 304) throw new Error('the frame answers ' + answer.status);
      const frame = answer.status === 200 ? await answer.json() : null;
      setClock(answer.headers.get('X-Now'));
      st.build = answer.headers.get('X-Build') || st.build;
      if (frame) paint(frame, answer.headers.get('ETag'));
    } finally {
      clearTimeout(timer);
    }
  }

  /* The tag is kept only when all of the frame is on the glass: what failed is then asked for again. */
  function paint(frame, etag) {
    const whole = W.paint(frame);
    st.frame = frame;
    st.painted += 1;
    st.etag = whole ? etag : null;
  }

  async function loop() {
    let wait = EVERY;
    try {
      await ask();
      st.fails = 0;
    } catch (error) {
      st.fails += 1;
      /* The second try comes soon, so that a dead server is seen; later ones spread out. */
      const base = st.fails < 3 ? EVERY : Math.min(LONGEST, 1000 * Math.pow(2, Math.min(5, st.fails - 1)));
      wait = base * (0.7 + 0.3 * Math.random());
    }
    W.guard('freshness', tellFreshness);
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
    const hour = Number(told(now(), zone(), { hour: '2-digit', hourCycle: 'h23' }));
    if (age > 2 * 3600e3 && hour === RESTART_HOUR) reload('daily');
  }

  function begin() {
    document.documentElement.classList.add('wall');
    let resizing = 0;
    window.addEventListener('resize', function () {
      clearTimeout(resizing);
      resizing = setTimeout(W.redress, 250);
    });
    hidePointer();
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
    if (root && W.paint && W.dress && window.dash_clientside && window.dash_clientside.set_props) return begin();
    if (wallish()) W.guard && W.guard('watch', watch);
    setTimeout(find, 100);
  }

  if (wallish()) { document.documentElement.classList.add('wall'); setTimeout(find, 0); }
})();
