// The picture of the flow: who writes what, who reads it, and how much of it.
import { byId, s, table } from "./dom.js";
import { pace, time } from "./format.js";

// Name → [label, kind, [x, y, width, height] on a wide screen, the same on a narrow one].
const NODES = {
  shop: ["Shop, importers", "source", [78, 205, 132, 48], [190, 26, 160, 36]],
  clickstream: ["clickstream", "topic", [282, 60, 128, 34], [50, 124, 88, 30]],
  orders: ["orders", "topic", [282, 170, 128, 34], [145, 124, 78, 30]],
  "order-outcomes": ["order-outcomes", "topic", [282, 250, 128, 34], [236, 124, 80, 30, "outcomes"]],
  "recommendation-impressions": ["impressions", "topic", [282, 350, 128, 34], [330, 124, 88, 30]],
  "user-profiles": ["user-profiles", "application", [520, 80, 176, 56], [62, 244, 116, 52]],
  "fraud-scoring": ["fraud-scoring", "application", [520, 210, 176, 56], [188, 244, 112, 52]],
  "recommendation-feedback": ["recommendation-feedback", "application", [520, 350, 196, 56], [314, 244, 116, 52, "feedback"]],
  "profile-changes": ["profile-changes", "topic", [768, 34, 136, 34], [106, 346, 100, 30]],
  "item-pairs": ["item-pairs", "topic", [768, 112, 136, 34], [38, 420, 74, 30]],
  "fraud-scores": ["fraud-scores", "topic", [768, 180, 136, 34], [230, 346, 86, 30]],
  "fraud-examples": ["fraud-examples", "topic", [768, 250, 136, 34], [158, 420, 102, 30]],
  "recommendation-performance": ["performance", "topic", [768, 350, 136, 34], [326, 346, 92, 30]],
  "item-co-occurrence": ["item-co-occurrence", "application", [1000, 112, 176, 56], [66, 528, 128, 52]],
  "fraud-learning": ["fraud-learning", "application", [1000, 250, 176, 56], [206, 528, 112, 52]],
  "item-popularity": ["item-popularity", "topic", [1206, 112, 132, 34], [68, 632, 108, 30]],
  "fraud-model": ["fraud-model", "topic", [1206, 250, 132, 34], [206, 632, 96, 30]],
  "dead-letters": ["dead-letters", "topic", [1206, 350, 132, 34], [326, 632, 92, 30]],
};

const ARROWS = [
  ["shop", "clickstream"],
  ["shop", "orders"],
  ["shop", "order-outcomes"],
  ["shop", "recommendation-impressions"],
  ["clickstream", "user-profiles"],
  ["orders", "user-profiles"],
  ["orders", "fraud-scoring"],
  ["orders", "recommendation-feedback"],
  ["order-outcomes", "fraud-scoring"],
  ["recommendation-impressions", "recommendation-feedback"],
  ["user-profiles", "profile-changes"],
  ["user-profiles", "item-pairs"],
  ["item-pairs", "item-co-occurrence"],
  ["item-co-occurrence", "item-popularity"],
  ["fraud-scoring", "fraud-scores"],
  ["fraud-scoring", "fraud-examples"],
  ["fraud-examples", "fraud-learning"],
  ["fraud-learning", "fraud-model"],
  ["fraud-model", "fraud-scoring"],
  ["recommendation-feedback", "recommendation-performance"],
];

const WIDE = { view: [1280, 392], narrow: false };
const NARROW = { view: [376, 660], narrow: true };
const narrow = matchMedia("(max-width: 46rem)");

const number = (rates, topic) => rates?.find((rate) => rate.topic === topic)?.records_per_second ?? 0;

/** Records a second along an arrow. */
function along([from, to], flow) {
  const application = (id) => flow.applications.find((one) => one.application === id);
  if (from === "shop") return number(flow.topics, to);
  return NODES[from][1] === "topic" ? number(application(to)?.reads, from) : number(application(from)?.writes, to);
}

/** A curve that leaves one box and enters another at right angles to their sides, and its middle. */
function curve(a, b, layout) {
  const [ax, ay, aw, ah] = a;
  const [bx, by, bw, bh] = b;
  const backwards = layout.narrow ? by < ay : bx < ax;
  let points;
  if (backwards && layout.narrow) {
    points = [[ax + aw / 2, ay], [ax + aw / 2 + 44, ay - 90], [bx + bw / 2 + 44, by + 150], [bx + bw / 2 - 14, by + bh / 2]];
  } else if (backwards) {
    points = [[ax, ay + ah / 2], [ax, ay + 66], [bx + 60, by + 112], [bx + 20, by + bh / 2]];
  } else if (layout.narrow) {
    const bend = (by - bh / 2 - ay - ah / 2) * 0.55;
    points = [[ax, ay + ah / 2], [ax, ay + ah / 2 + bend], [bx, by - bh / 2 - bend], [bx, by - bh / 2]];
  } else {
    const bend = (bx - bw / 2 - ax - aw / 2) * 0.55;
    points = [[ax + aw / 2, ay], [ax + aw / 2 + bend, ay], [bx - bw / 2 - bend, by], [bx - bw / 2, by]];
  }
  const [p, q, r, t] = points;
  const at = (k, u) => (1 - u) ** 3 * p[k] + 3 * (1 - u) ** 2 * u * q[k] + 3 * (1 - u) * u ** 2 * r[k] + u ** 3 * t[k];
  const u = layout.narrow ? 0.62 : 0.55;
  return { path: `M${p} C${q} ${r} ${t}`, middle: [at(0, u), at(1, u)] };
}

function draw(layout) {
  const [width, height] = layout.view;
  const place = (name) => NODES[name][layout.narrow ? 3 : 2];
  const arrows = ARROWS.map((arrow) => {
    const { path, middle } = curve(place(arrow[0]), place(arrow[1]), layout);
    const line = s("path", { d: path, class: "arrow", "marker-end": "url(#head)" });
    const pulse = s("path", { d: path, class: "pulse" });
    const label = s("text", { x: middle[0], y: middle[1] + 4, class: "rate" });
    return { arrow, line, pulse, label };
  });
  const boxes = Object.entries(NODES).map(([name, [label, kind]]) => {
    const [x, y, w, hh, short] = place(name);
    const note = kind === "application" ? s("text", { x, y: y + 17, class: "note" }) : null;
    const box = s(
      "g",
      { class: `node ${kind}` },
      s("rect", { x: x - w / 2, y: y - hh / 2, width: w, height: hh, rx: kind === "topic" ? hh / 2 : 6 }),
      s("text", { x, y: y + (note ? -3 : 4) }, (layout.narrow && short) || label),
      note,
    );
    return { name, box, note };
  });
  const picture = s(
    "svg",
    { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": "Flow of records between topics and applications; the table below says the same" },
    s("defs", null,
      s("marker", { id: "head", viewBox: "0 0 8 8", refX: 7, refY: 4, markerWidth: 8, markerHeight: 8, orient: "auto", markerUnits: "userSpaceOnUse" },
        s("path", { d: "M0 0.5 L8 4 L0 7.5 Z", class: "head" }))),
    arrows.map((one) => one.line),
    arrows.map((one) => one.pulse),
    boxes.map((one) => one.box),
    arrows.map((one) => one.label),
  );
  byId("flow-picture").replaceChildren(picture);
  return { arrows, boxes };
}

let drawn = null;
let last = null;
narrow.addEventListener("change", () => {
  drawn = null;
  if (last) show(last);
});

/** Shows what is known of the flow. */
export function show(known) {
  last = known;
  const { flow, lag } = known;
  if (!flow) return;
  drawn ??= draw(narrow.matches ? NARROW : WIDE);
  for (const { arrow, line, pulse, label } of drawn.arrows) {
    const rate = along(arrow, flow);
    const flows = rate >= 0.005;
    line.classList.toggle("flows", flows);
    pulse.classList.toggle("flows", flows);
    line.setAttribute("stroke-width", flows ? (1.25 + Math.log10(1 + rate) * 0.9).toFixed(2) : 1);
    label.classList.toggle("idle", !flows);
    label.textContent = pace(rate);
  }
  for (const { name, box, note } of drawn.boxes) {
    if (note) {
      const group = lag?.groups.find((one) => one.group === name);
      const application = flow.applications.find((one) => one.application === name);
      const behind = group && group.lag_seconds > 10;
      box.classList.toggle("behind", Boolean(behind));
      note.textContent = behind
        ? `${time(group.lag_seconds)} behind`
        : application?.latency_avg_ms != null
          ? `in ${time(application.latency_avg_ms / 1000)}`
          : "idle";
    }
    if (name === "dead-letters") {
      const rate = number(flow.topics, name);
      box.classList.toggle("some", rate > 0);
      box.querySelector("text").textContent = rate > 0 ? `dead-letters ${pace(rate)}` : "dead-letters";
    }
  }
  table(
    byId("flow-table"),
    "Records a second between topics and applications",
    [["From", ""], ["To", ""], ["Records a second", "number"]],
    [
      ...flow.topics.filter((topic) => !isWritten(flow, topic.topic)).map((topic) => ["shop, importers", topic.topic, pace(topic.records_per_second)]),
      ...flow.applications.flatMap((one) => [
        ...one.reads.map((rate) => [rate.topic, one.application, pace(rate.records_per_second)]),
        ...one.writes.map((rate) => [one.application, rate.topic, pace(rate.records_per_second)]),
      ]),
    ],
  );
}

const isWritten = (flow, topic) => flow.applications.some((one) => one.writes.some((rate) => rate.topic === topic));
