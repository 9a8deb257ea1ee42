/* What the desk's table calls by name: how values read, and what a touched row or column means.
   Values are shown as text nodes; nothing here makes markup. */
(function () {
  'use strict';
  const F = (window.dashAgGridFunctions = window.dashAgGridFunctions || {});
  const DASH = '–';
  const known = (value) => value !== null && value !== undefined && value !== '';

  /* Colours are the page's own variables, so light and dark need no second table. */
  F.deskTheme = (quartz) => quartz.withParams({
    backgroundColor: 'var(--desk-card)', foregroundColor: 'var(--desk-ink)', borderColor: 'var(--desk-line)',
    headerBackgroundColor: 'var(--desk-card)', headerTextColor: 'var(--desk-soft)', headerFontWeight: 600,
    accentColor: 'var(--desk-accent)', rowHoverColor: 'var(--desk-hover)', selectedRowBackgroundColor: 'var(--desk-chosen)',
    fontFamily: "'Inter Variable', Inter, 'Segoe UI', Roboto, 'Noto Sans', sans-serif", fontSize: 14, headerFontSize: 13,
    browserColorScheme: 'inherit', wrapperBorder: false, wrapperBorderRadius: 0, columnBorder: false, oddRowBackgroundColor: 'transparent',
    cellHorizontalPadding: 12,
  });

  const formats = {};
  function told(zone, year) {
    const key = zone + year;
    formats[key] = formats[key] || new Intl.DateTimeFormat('en-GB', Object.assign({
      timeZone: zone, weekday: 'short', day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23',
    }, year ? { year: 'numeric' } : {}));
    return formats[key];
  }
  F.deskMoment = function (params) {
    const at = known(params.value) ? Date.parse(params.value) : NaN;
    if (!Number.isFinite(at)) return known(params.value) ? String(params.value) : params.data ? DASH : '';
    const zone = (params.context || {}).zone || 'UTC';
    const old = Math.abs(Date.now() - at) > 300 * 864e5;
    return told(zone, old).format(at).replaceAll(',', '');
  };
  const empty = (params) => (params.data ? DASH : '');
  F.deskLine = (params) => (known(params.value) ? String(params.value).replace(/\s+/g, ' ') : empty(params));
  F.deskCount = (params) => (known(params.value) ? Number(params.value).toLocaleString('en-GB') : empty(params));
  F.deskJudged = (params) => (known(params.value) ? String(params.value) : params.data ? 'not judged' : '');
  F.deskDuration = function (params) {
    if (!known(params.value)) return empty(params);
    const sign = Number(params.value) < 0 ? '\u2212' : '', whole = Math.round(Math.abs(Number(params.value)));
    const minutes = Math.round(whole / 60), hours = Math.floor(minutes / 60);
    if (whole < 60) return (whole ? sign : '') + whole + ' s';
    if (minutes < 60) return sign + minutes + ' min';
    if (hours < 24) return sign + hours + ' h' + (minutes % 60 ? ' ' + (minutes % 60) + ' min' : '');
    return sign + Math.floor(hours / 24) + ' d' + (hours % 24 ? ' ' + (hours % 24) + ' h' : '');
  };

  /* Open time is never told in days: a working day has fewer than 24 hours. */
  F.deskOpenTime = function (params) {
    const minutes = Math.round(Math.abs(Number(params.value)) / 60), hours = Math.floor(minutes / 60);
    if (!known(params.value) || hours < 24) return F.deskDuration(params);
    const sign = Number(params.value) < 0 ? '\u2212' : '', rest = minutes % 60;
    return sign + hours.toLocaleString('en-GB') + ' h' + (rest ? ' ' + rest + ' min' : '');
  };

  function open(params, setEventData) {
    const data = params.data;
    if (data) setEventData({ id: (params.context || {}).view === 'mentions' ? data.item_id : data.case_id });
  }
  F.deskOpened = open;
  F.deskKey = function (params, setEventData) {
    if (!params.event || params.event.key !== 'Enter') return;
    document.documentElement.dataset.deskKeys = 'yes'; /* who works with keys is taken along: see desk.js */
    open(params, setEventData);
  };
  F.deskSorted = function (params, setEventData) {
    if (params.source === 'api') return; /* brought back by Back: the address has it already */
    const sorted = params.api.getColumnState().find((column) => column.sort);
    setEventData({ sort: sorted ? (sorted.sort === 'desc' ? '-' : '') + sorted.colId : '' });
  };
})();
