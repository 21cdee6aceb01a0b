// Draws the panels of one dashboard: what they are comes from NAME.json, their figures from NAME/panels/ID.
"use strict";

const COLOURS = ["#3b7dd8", "#d9822b", "#2f9e62", "#c2453f", "#8a5cc2", "#1c9aa8", "#b8962e", "#d0579b", "#6b7785", "#5f9e2f"];
const name = location.pathname.split("/").pop();
const model = document.getElementById("model");
const seen = document.getElementById("seen");

const units = {
  s: value => (value < 1 ? `${significant(value * 1000)} ms` : `${significant(value)} s`),
  percentunit: value => `${significant(value * 100)} %`,
  bytes: value => (value < 1024 ? `${significant(value)} B` : value < 1048576 ? `${significant(value / 1024)} KiB` : `${significant(value / 1048576)} MiB`),
};

function significant(value) {
  return Math.abs(value) >= 1000 ? Math.round(value).toLocaleString("en") : String(Number(value.toPrecision(3)));
}

function written(unit, value) {
  if (value === null || value === undefined) return "–";
  return (units[unit] || significant)(value);
}

function element(tag, text, parent) {
  const made = document.createElement(tag);
  if (text) made.textContent = text;
  if (parent) parent.append(made);
  return made;
}

async function json(path) {
  const answer = await fetch(path);
  const body = await answer.json();
  if (!answer.ok) throw new Error(body.detail || answer.statusText);
  return body;
}

function note(place, text) {
  place.replaceChildren();
  element("div", text, place).className = "note";
}

function clock(seconds) {
  return new Date(seconds * 1000).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
}

const charts = new Map();

function drawLines(place, panel, lines) {
  charts.get(panel.id)?.destroy();
  charts.delete(panel.id);
  place.classList.toggle("lines", lines.length > 0);
  if (lines.length === 0) return note(place, "nothing in this span of time");
  const { unit = "short", min, max, custom = {} } = panel.fieldConfig.defaults;
  const ink = getComputedStyle(document.body).color;
  const grid = { color: "rgba(128, 128, 128, .2)" };
  place.replaceChildren();
  charts.set(panel.id, new Chart(element("canvas", "", place), {
    type: custom.drawStyle === "bars" ? "bar" : "line",
    data: {
      datasets: lines.map((line, index) => ({
        label: line.name || panel.title,
        data: line.points.map(([x, y]) => ({ x, y })),
        borderColor: COLOURS[index % COLOURS.length],
        backgroundColor: COLOURS[index % COLOURS.length],
        borderWidth: 1.5,
        barThickness: 14,
        pointRadius: line.points.length < 3 ? 2 : 0,
      })),
    },
    options: {
      animation: false,
      maintainAspectRatio: false,
      interaction: { mode: "nearest", axis: "x", intersect: false },
      scales: {
        x: { type: "linear", grid, ticks: { color: ink, maxTicksLimit: 7, maxRotation: 0, callback: clock } },
        y: { grid, ticks: { color: ink, maxTicksLimit: 6, callback: value => written(unit, value) }, min, max, suggestedMin: 0, suggestedMax: unit === "s" ? 0.01 : 1 },
      },
      plugins: {
        legend: { position: "bottom", align: "start", labels: { color: ink, boxWidth: 10, boxHeight: 2 } },
        tooltip: { callbacks: { title: items => clock(items[0].parsed.x), label: item => ` ${item.dataset.label}: ${written(unit, item.parsed.y)}` } },
      },
    },
  }));
}

function drawTable(place, panel, columns, rows) {
  if (rows.length === 0) return note(place, "none yet");
  const renamed = Object.assign({}, ...(panel.transformations || []).map(step => step.options.renameByName || {}));
  place.replaceChildren();
  const table = element("table", "", place);
  const head = element("tr", "", element("thead", "", table));
  columns.forEach(column => element("th", column === "value" ? renamed.Value || column : column, head));
  const body = element("tbody", "", table);
  rows.forEach(row => {
    const line = element("tr", "", body);
    row.forEach(cell => element("td", cell, line));
  });
}

async function draw(panel, place) {
  try {
    const figure = await json(`${name}/panels/${panel.id}?model=${encodeURIComponent(model.value.trim())}`);
    if (figure.lines) drawLines(place, panel, figure.lines);
    else drawTable(place, panel, figure.columns, figure.rows);
  } catch (failure) {
    note(place, failure.message);
  }
}

async function show() {
  document.querySelectorAll("nav a").forEach(link => link.getAttribute("href") === name && link.setAttribute("aria-current", "page"));
  const dashboard = await json(`${name}.json`);
  document.title = `${dashboard.title} – Sluice`;
  const panels = document.getElementById("panels");
  const places = dashboard.panels.map(panel => {
    const section = element("section", "", panels);
    section.style.gridColumn = `${panel.gridPos.x + 1} / span ${panel.gridPos.w}`;
    element("h2", panel.title, section);
    element("p", panel.description, section);
    const place = element("div", "", section);
    place.className = "figure";
    return [panel, place];
  });
  const all = async () => {
    await Promise.all(places.map(([panel, place]) => draw(panel, place)));
    seen.textContent = `as of ${new Date().toLocaleTimeString()}`;
    document.body.dataset.drawn = "yes";
  };
  const seconds = { s: 1, m: 60 }[dashboard.refresh.slice(-1)] * parseInt(dashboard.refresh, 10);
  model.addEventListener("change", all);
  await all();
  setInterval(() => document.hidden || all(), seconds * 1000);
}

show().catch(failure => note(document.getElementById("panels"), failure.message));
