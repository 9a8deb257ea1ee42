/* When a session ends: a page that is worked with goes to the sign-in page and comes back; a wall keeps its picture and
   says SIGNED OUT where it says OFFLINE, until somebody signs in on this machine. Requests that change something carry
   the token of this browser. Before everything else: the other scripts ask through what is put in place here. */
(function () {
  'use strict';
  const ask = window.fetch.bind(window);
  const onWall = () => /^\/wall(\/|$)/.test(window.location.pathname);
  const st = { out: false, seen: false };

  function cookie(name) {
    const found = document.cookie.split('; ').find((one) => one.startsWith(name + '='));
    return found ? found.slice(name.length + 1) : '';
  }

  function isOurs(address) {
    try { return new URL(address, window.location.href).origin === window.location.origin; } catch (error) { return false; }
  }

  /* The token goes to our own server alone. */
  function withToken(input, init) {
    const method = ((init && init.method) || (input && input.method) || 'GET').toUpperCase();
    if (method === 'GET' || method === 'HEAD') return init;
    const headers = new Headers((init && init.headers) || (input && input.headers) || {});
    if (!headers.has('X-CSRF-Token')) headers.set('X-CSRF-Token', cookie('csrf_token'));
    return Object.assign({}, init, { headers: headers });
  }

  function leave() {
    const here = window.location.pathname + window.location.search;
    window.location.assign('/login?next=' + encodeURIComponent(here));
  }

  /* The pill says why: the wall's own words are put right on their way to the glass. */
  function tellWall() {
    const W = window.watchfloor;
    if (!W || !W.text || W.text.session) return;
    const text = W.text;
    W.text = function (element, words) {
      const pill = element && element.id === 'wall:pill-word' && words === 'OFFLINE';
      text(element, st.out && pill ? 'SIGNED OUT' : words);
    };
    W.text.session = true;
  }

  window.fetch = async function (input, init) {
    const address = input && input.url ? input.url : String(input);
    if (!isOurs(address)) return ask(input, init);
    const path = new URL(address, window.location.href).pathname;
    /* A wall asks this before it loads itself anew: signed out, it would lose its picture to the sign-in page. */
    if (path === '/healthz' && st.out && st.seen && onWall()) return new Response(null, { status: 503 });
    const answer = await ask(input, withToken(input, init));
    if (answer.status === 401) {
      st.out = true;
      if (onWall() && st.seen) tellWall(); else leave();
    } else if (path.startsWith('/api/v1/wall/') && (answer.ok || answer.status === 304)) {
      st.out = false;
      st.seen = true;
    }
    return answer;
  };
})();
