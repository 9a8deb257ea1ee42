/* The dress of every figure on a wall: colours, letters and sizes, so that the figures in a frame stay lean.
   Plotly knows pixels only; one factor makes 1080p and 4K the same picture. */
(function () {
  'use strict';
  const W = (window.watchfloor = window.watchfloor || {});
  const FAMILY = "'Inter Variable', Inter, 'Segoe UI', Roboto, 'Noto Sans', 'Noto Color Emoji', sans-serif";
  const CLEAR = 'rgba(0,0,0,0)';
  /* Keys that hold pixels. `width` of a bar would be data, so figures never set it. */
  const PIXELS = new Set(['size', 'width', 'borderwidth', 'gridwidth', 'borderpad', 'xshift', 'yshift', 'standoff', 'ticklen',
    'l', 'r', 't', 'b', 'pad', 'xgap', 'ygap']);

  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue('--' + name).trim();

  function axis(grid) {
    return {
      showgrid: grid, gridcolor: colour('hairline'), gridwidth: 1, zeroline: false, showline: false, ticks: '',
      fixedrange: true, automargin: false, tickfont: { size: 16, color: colour('text-soft') }, title: { text: '' },
    };
  }

  function template() {
    return {
      paper_bgcolor: CLEAR, plot_bgcolor: CLEAR, showlegend: false, hovermode: false, dragmode: false,
      font: { family: FAMILY, size: 18, color: colour('text') },
      margin: { l: 0, r: 0, t: 0, b: 0, pad: 0 },
      xaxis: axis(true), yaxis: axis(true),
    };
  }

  function merge(base, over) {
    const out = Object.assign({}, base);
    for (const key of Object.keys(over || {})) {
      const plain = out[key] && over[key] && out[key].constructor === Object && over[key].constructor === Object;
      out[key] = plain ? merge(out[key], over[key]) : over[key];
    }
    return out;
  }

  function scaled(value, factor, key) {
    if (typeof value === 'number') return PIXELS.has(key) ? value * factor : value;
    if (key === 'dash') return value.replace(/[\d.]+/g, (px) => (px * factor).toFixed(2));
    if (Array.isArray(value)) {
      /* Data arrives in arrays of numbers and texts: of those only letters and marks of several sizes are pixels. */
      if (key === 'size') return value.map((each) => each * factor);
      return value.length && typeof value[0] === 'object' ? value.map((each) => scaled(each, factor)) : value;
    }
    if (value === null || typeof value !== 'object') return value;
    const out = {};
    for (const name of Object.keys(value)) out[name] = scaled(value[name], factor, name);
    return out;
  }

  /* How many pixels stand for one of a screen that is as large as the wall's reference, with 10 of them to the rem. */
  W.factor = function () {
    const { wide, high } = document.getElementById('wall').dataset;
    return Math.min(window.innerWidth / wide, window.innerHeight / high) / 10;
  };

  /* A figure as it is shown in an element of this size. The figure handed in is not changed. */
  W.dress = function (figure, element) {
    const factor = W.factor();
    const layout = scaled(merge(template(), figure.layout), factor);
    layout.annotations = (layout.annotations || []).map((note) => Object.assign({ showarrow: false }, note));
    layout.autosize = false;
    layout.width = Math.max(element.clientWidth, 10);
    layout.height = Math.max(element.clientHeight, 10);
    return { data: scaled(figure.data || [], factor), layout: layout };
  };
})();
