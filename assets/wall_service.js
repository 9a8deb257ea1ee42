/* Counting on the wall: how long something has lasted, or how long it is to go, from instants the frame carries.
   An element of class "count", or the first cell of a list of class "counted", holds an instant as its text, out of
   sight; what is counted stands in its data, where the style sheet takes it from. In a list of class "toward" it is
   counted down to the instant, and up from it once it has passed, which the data says, too. */
(function () {
  'use strict';
  const W = (window.watchfloor = window.watchfloor || {});
  const COUNTED = '#wall .count, #wall .counted .c0';
  const MINUTE = 60e3, HOUR = 36e5, DAY = 864e5;

  /* "45 s", "42 min", "3:20 h", "2.5 d": never rounded up. The same words as layouts/panels/lasting.py. */
  W.lasted = function (ms) {
    if (!Number.isFinite(ms)) return '';
    const whole = Math.max(0, Math.floor(ms / 1000) * 1000);
    if (whole < MINUTE) return whole / 1000 + ' s';
    if (whole < HOUR) return Math.floor(whole / MINUTE) + ' min';
    if (whole < 2 * DAY) return Math.floor(whole / HOUR) + ':' + String(Math.floor(whole % HOUR / MINUTE)).padStart(2, '0') + ' h';
    const tenths = Math.floor(whole * 10 / DAY);
    return (tenths < 1000 ? (tenths / 10).toFixed(1) : Math.floor(tenths / 10).toLocaleString('en-US')) + ' d';
  };

  function told(element, isPast) {
    if (element.dataset.past !== isPast) element.dataset.past = isPast;
  }

  W.count = function () {
    if (!W.now || !W.instant) return;
    const now = W.now();
    document.querySelectorAll(COUNTED).forEach(function (element) {
      const at = W.instant(element.textContent), isToward = Boolean(element.closest('.toward'));
      const text = W.lasted(element.dataset.counts === 'down' || (isToward && at >= now) ? at - now : now - at);
      if (element.dataset.count !== text) element.dataset.count = text;
      if (isToward) told(element, at < now ? 'yes' : 'no');
    });
  };

  /* With every picture, so that no row shows the age of the one before it. This file is loaded after wall_paint.js. */
  const paint = W.paint;
  W.paint = function (frame) {
    const whole = paint(frame);
    W.count();
    return whole;
  };

  setInterval(() => W.guard('count', W.count), 1000);
})();
