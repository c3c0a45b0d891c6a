// Lag over time, and of now by group.
import { byId, h, replace, s, table } from "./dom.js";
import { count, pace, several, time, timeOfDay, unknown } from "./format.js";

const HEIGHT = 236;
const MARGIN = { top: 12, right: 8, bottom: 22, left: 46 };
const WINDOW_MS = 15 * 60_000;
const ARROWS = { growing: "↗", steady: "→", shrinking: "↘" };

let known = null;
let unit = "seconds";
const lookBack = byId("look-back");

/** Ink of a group: by its place among the names, so that it keeps it. */
const ink = (names, name) => `ink-${(names.indexOf(name) % 6) + 1}`;

/** 1, 2 or 5 times a power of ten, above a number. */
function roundAbove(number) {
  const power = 10 ** Math.floor(Math.log10(number));
  return [1, 2, 5, 10].map((step) => step * power).find((round) => round >= number);
}

const ofUnit = (value) => (unit === "seconds" ? time(value) : count(value));

function chart() {
  const room = byId("lag-chart");
  const names = [...known.history.keys()];
  const width = Math.max(280, room.clientWidth);
  const untilMs = known.lag.time_ms;
  const all = names.flatMap((name) => known.history.get(name).map((point) => point[`lag_${unit}`]));
  const top = roundAbove(Math.max(unit === "seconds" ? 1 : 10, ...all));
  // As much time as is known, from two minutes on.
  const oldestMs = Math.min(...names.map((name) => known.history.get(name)[0]?.time_ms ?? untilMs));
  const span = Math.min(WINDOW_MS, Math.max(120_000, untilMs - oldestMs));
  const x = (ms) => MARGIN.left + (1 - (untilMs - ms) / span) * (width - MARGIN.left - MARGIN.right);
  const y = (value) => HEIGHT - MARGIN.bottom - (value / top) * (HEIGHT - MARGIN.top - MARGIN.bottom);
  const minutes = span > 6 * 60_000 ? 5 : span > 3 * 60_000 ? 2 : 1;
  const times = [];
  for (let back = 0; back * 60_000 <= span; back += minutes) times.push(back);
  const lines = [0, 0.5, 1].map((share) =>
    s("g", null,
      s("line", { x1: MARGIN.left, x2: width - MARGIN.right, y1: y(top * share), y2: y(top * share), class: share ? "grid" : "base" }),
      s("text", { x: MARGIN.left - 8, y: y(top * share) + 4, class: "of-y" }, share ? ofUnit(top * share) : "0")));
  const labels = times.map((back) =>
    s("text", { x: x(untilMs - back * 60_000), y: HEIGHT - 5, class: back ? "of-x" : "of-x now" }, back ? `−${back} min` : "now"));
  const curves = names.map((name) => {
    const points = known.history.get(name).filter((point) => point.time_ms >= untilMs - span);
    return s("polyline", {
      class: `curve ${ink(names, name)}`,
      points: points.map((point) => `${x(point.time_ms).toFixed(1)},${y(point[`lag_${unit}`]).toFixed(1)}`).join(" "),
    });
  });
  const cursorMs = untilMs - Number(lookBack.value) * 1000;
  const cursor = Number(lookBack.value)
    ? s("line", { x1: x(cursorMs), x2: x(cursorMs), y1: MARGIN.top, y2: HEIGHT - MARGIN.bottom, class: "cursor" })
    : null;
  const worst = Math.max(0, ...all);
  room.replaceChildren(
    s("svg",
      { width, height: HEIGHT, viewBox: `0 0 ${width} ${HEIGHT}`, role: "img",
        "aria-label": `Lag of the last ${Math.round(span / 60_000)} minutes in ${unit}, at most ${ofUnit(worst)}. The slider reads out what it was.` },
      lines, labels, curves, cursor));
  lookBack.max = Math.floor(span / 1000);
  readOut(names, cursorMs);
}

/** What the lag was where the slider stands. */
function readOut(names, cursorMs) {
  const then = (name) => {
    const points = known.history.get(name);
    return points.findLast((point) => point.time_ms <= cursorMs) ?? points[0];
  };
  const at = Number(lookBack.value) ? timeOfDay(cursorMs) : "now";
  lookBack.setAttribute("aria-valuetext", `${at}: ${names.map((name) => `${name} ${ofUnit(then(name)?.[`lag_${unit}`] ?? 0)}`).join(", ")}`);
  replace(
    byId("lag-readout"),
    h("b", null, at),
    names.map((name) => h("span", { class: ink(names, name) }, h("i", { class: "swatch" }), `${name} `, h("b", null, ofUnit(then(name)?.[`lag_${unit}`] ?? 0)))),
  );
}

function groups() {
  const names = [...known.history.keys()];
  table(
    byId("lag-table"),
    "Lag of each consumer group now",
    [["Group", ""], ["Oldest", "number"], ["Trend", ""], ["Not read", "number"], ["Not committed", "number"], ["Caught up", "number"]],
    known.lag.groups.map((group) => [
      h("span", { class: ink(names, group.group) }, h("i", { class: "swatch" }), group.group),
      time(group.lag_seconds),
      h("span", { class: group.trend === "growing" && group.lag_seconds > 10 ? "bad" : "" },
        h("span", { "aria-hidden": "true" }, `${ARROWS[group.trend]} `),
        group.trend === "steady" ? "steady" : `${group.trend} ${pace(Math.abs(group.records_per_second))}/s`),
      group.position_lag_records == null ? unknown : count(group.position_lag_records),
      count(group.lag_records),
      group.lag_records === 0 ? "yes" : group.caught_up_in_seconds == null ? "no" : `in ${time(group.caught_up_in_seconds)}`,
    ]),
  );
}

function draw() {
  if (known?.lag && known.history.size) chart();
}

document.getElementsByName("unit").forEach((choice) =>
  choice.addEventListener("change", () => {
    unit = choice.value;
    draw();
  }));
lookBack.addEventListener("input", draw);
byId("lag-chart").addEventListener("pointermove", (event) => {
  const room = byId("lag-chart").getBoundingClientRect();
  const share = 1 - (event.clientX - room.left - MARGIN.left) / (room.width - MARGIN.left - MARGIN.right);
  lookBack.value = Math.round(Math.min(1, Math.max(0, share)) * lookBack.max);
  draw();
});
byId("lag-chart").addEventListener("pointerleave", () => {
  lookBack.value = 0;
  draw();
});
new ResizeObserver(draw).observe(byId("lag-chart"));

/** Shows what is known of the lag. */
export function show(all) {
  known = all;
  if (!known.lag) return;
  draw();
  groups();
}

/** Groups that fall behind, in words. */
export function concerns({ lag }) {
  return (lag?.groups ?? [])
    .filter((group) => group.lag_seconds > 10 && group.trend !== "shrinking")
    .map((group) => ["lag", `${group.group} is ${time(group.lag_seconds)} behind, ${several(group.lag_records, "record")}, and ${group.trend === "growing" ? "falls further" : "does not catch up"}`]);
}
