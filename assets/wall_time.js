/* Time on the wall: the server's clock, carried on by this machine's steady one, and told in the page's zones. */
(function () {
  'use strict';
  const W = (window.watchfloor = window.watchfloor || {});
  const HM = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' };
  const DAY = { weekday: 'short', day: 'numeric', month: 'short' };
  const formats = {};
  let clock = null, home = 'UTC';

  W.instant = (iso) => (iso ? Date.parse(iso) : NaN);
  /* Milliseconds since 1970 by the server's clock; NaN before it has been heard. */
  W.now = () => (clock ? clock.server + (performance.now() - clock.local) : NaN);

  W.setClock = function (iso) {
    const server = W.instant(iso);
    if (Number.isFinite(server)) clock = { server: server, local: performance.now() };
  };

  W.setZone = function (zone) { home = zone || 'UTC'; };

  function told(at, zone, options) {
    if (!Number.isFinite(at)) return '–';
    const key = zone + JSON.stringify(options);
    formats[key] = formats[key] || new Intl.DateTimeFormat('en-GB', Object.assign({ timeZone: zone }, options));
    return formats[key].format(at);
  }

  W.hour = (zone) => Number(told(W.now(), zone || home, { hour: '2-digit', hourCycle: 'h23' }));

  /* HH:MM today, "Fri 14:05" within the week, else the date: never a time that could be another day's. */
  W.at = function (ms) {
    const date = { day: 'numeric', month: 'short', year: 'numeric' };
    const time = told(ms, home, HM), days = (W.now() - ms) / 864e5;
    if (!Number.isFinite(W.now()) || told(ms, home, date) === told(W.now(), home, date)) return time;
    return days >= 0 && days < 6 ? told(ms, home, { weekday: 'short' }) + ' ' + time : told(ms, home, date);
  };

  /* The date and every clock of the header. */
  W.tellTime = function (root) {
    const now = W.now(), known = Number.isFinite(now), here = told(now, home, DAY);
    const place = home.split('/').pop().replace(/_/g, ' ');
    W.text(document.getElementById('wall:date'), known ? here + ', ' + place + ' time' : '');
    root.querySelectorAll('[data-clock]').forEach(function (element) {
      const its = element.dataset.clock;
      W.text(element, known ? told(now, its, HM) : '--:--');
      const day = known ? told(now, its, DAY) : here;
      W.text(document.getElementById(element.id + '-day'), day === here ? '' : told(now, its, { weekday: 'short' }));
      const hour = known ? W.hour(its) : 12;
      W.state(element.parentElement, hour >= 7 && hour < 20 ? 'day' : 'night');
    });
  };
})();
