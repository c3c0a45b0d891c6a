// Puts the page together and keeps it up to date.
import { Watch } from "./data.js";
import { byId, h, replace } from "./dom.js";
import * as flow from "./flow.js";
import { count, pace, time, timeOfDay, unknown } from "./format.js";
import * as fraud from "./fraud.js";
import * as instances from "./instances.js";
import * as lag from "./lag.js";
import * as letters from "./letters.js";

const PARTS = [flow, lag, instances, fraud, letters];

function figures(known) {
  const rate = (topic) => known.flow?.topics.find((one) => one.topic === topic)?.records_per_second;
  const groups = known.lag?.groups ?? [];
  const behind = groups.length ? Math.max(...groups.map((group) => group.lag_seconds)) : null;
  const all = known.instances?.instances ?? [];
  const dead = known.letters?.counts.reduce((sum, one) => sum + one.records, 0);
  const answering = all.filter((one) => one.answers).length;
  return [
    ["Clicks a second", pace(rate("clickstream"))],
    ["Orders a second", pace(rate("orders"))],
    ["Furthest behind", time(behind), behind > 10 && "bad"],
    ["Instances", known.instances ? `${answering} of ${all.length}` : unknown, answering < all.length && "bad"],
    ["Orders to review", count(known.fraud?.reviews_waiting)],
    ["Dead letters", count(dead), dead > 0 && "bad"],
  ];
}

function say(known, failed) {
  const concerns = PARTS.flatMap((part) => part.concerns?.(known) ?? []);
  const verdict = byId("verdict");
  let words = "All is well";
  let kind = "good";
  if (failed?.status === 401 || failed?.status === 403) {
    words = "This takes a key with the role monitor";
    kind = "bad";
  } else if (failed) {
    words = known.heardMs ? `The service does not answer; this is as of ${timeOfDay(known.heardMs)}` : "The service does not answer";
    kind = "bad";
  } else if (concerns.length) {
    words = concerns.length === 1 ? "One thing to look at" : `${concerns.length} things to look at`;
    kind = "warn";
  }
  // Set only when it changed: it is read out.
  if (verdict.textContent !== words) verdict.textContent = words;
  verdict.className = `verdict ${kind}`;
  byId("concerns").hidden = !concerns.length;
  replace(byId("concerns"), concerns.map(([section, sentence]) => h("li", null, h("a", { href: `#${section}` }, sentence))));
}

const watch = new Watch((known, failed) => {
  say(known, failed);
  replace(byId("figures"), figures(known).map(([name, value, kind]) => h("div", { class: kind || null }, h("dt", null, name), h("dd", null, value))));
  PARTS.forEach((part) => part.show(known));
  if (known.lag) {
    byId("asked").textContent = timeOfDay(known.lag.time_ms);
    byId("asked").dateTime = new Date(known.lag.time_ms).toISOString();
  }
});

const pause = byId("pause");
pause.addEventListener("click", () => {
  const paused = pause.getAttribute("aria-pressed") !== "true";
  pause.setAttribute("aria-pressed", paused);
  document.body.classList.toggle("paused", paused);
  watch.pause(paused);
});

watch.start();
