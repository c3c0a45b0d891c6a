// What could not be read or broke a rule.
import { byId, h, replace } from "./dom.js";
import { several, timeOfDay } from "./format.js";

const RECENT_MS = 10 * 60_000;

/** Shows how many dead letters came from where, and the newest. */
export function show({ letters }) {
  if (!letters) return;
  const counts = letters.counts.filter((one) => one.records);
  const newest = letters.newest.slice(0, 8);
  replace(
    byId("letters"),
    counts.length
      ? h("ul", { class: "counts" }, counts.map((one) => h("li", null, h("b", null, several(one.records, "record")), ` of ${one.topic}, by ${one.application}`)))
      : h("p", { class: "nothing" }, "None since the instances started."),
    newest.length > 0 && h("h3", null, "The newest"),
    newest.length > 0 && h("ol", { class: "letters" }, newest.map((one) => h("li", null,
      h("p", null, h("time", { datetime: one.time }, timeOfDay(Date.parse(one.time))), ` ${one.topic ?? "unknown topic"}`,
        one.partition != null && h("span", { class: "soft" }, ` partition ${one.partition}, offset ${one.offset}`)),
      h("p", { class: "reason" }, one.message ?? one.exception ?? "no reason given")))),
  );
}

export function concerns({ letters }) {
  const recent = (letters?.newest ?? []).filter((one) => letters.time_ms - Date.parse(one.time) < RECENT_MS);
  return recent.length ? [["dead-letters", `${several(recent.length, "dead letter")}${recent.length === letters.newest.length ? " or more" : ""} in the last ten minutes`]] : [];
}
