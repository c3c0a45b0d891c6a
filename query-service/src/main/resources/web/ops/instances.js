// The instances of streams-app: what each works on, what it follows, how it is.
import { byId, h, replace } from "./dom.js";
import { bytes, count, pace, several, time } from "./format.js";

/** Partition → what this instance does with it: active in all its tasks, standby, or both. */
function partitions(application) {
  const does = new Map();
  const note = (task, what) => {
    const partition = Number(task.split("_")[1]);
    const before = does.get(partition);
    does.set(partition, before && before !== what ? "both" : what);
  };
  application.active_tasks.forEach((task) => note(task, "active"));
  application.standby_tasks.forEach((task) => note(task, "standby"));
  return does;
}

function cells(application, number) {
  const does = partitions(application);
  const list = (what) => [...does].filter(([, one]) => one === what || one === "both").map(([partition]) => partition).sort((a, b) => a - b);
  const words = ["active", "standby"].filter((what) => list(what).length).map((what) => `${what} ${list(what).join(" ")}`);
  return h("span", { class: "cells" },
    h("span", { class: "unseen" }, words.join(", ") || "none"),
    Array.from({ length: number }, (_, partition) =>
      h("i", { class: `cell ${does.get(partition) ?? "none"}`, "aria-hidden": "true" }, partition)));
}

function restore({ records_left: left, records_per_second: rate, seconds_left: seconds }) {
  if (!left) return "0";
  return `${count(left)} at ${pace(rate)}/s${seconds == null ? "" : `, ${time(seconds)}`}`;
}

function card(instance, number) {
  const rocksdb = instance.rocksdb;
  const state = instance.applications.flatMap((one) => one.stores).reduce((sum, store) => sum + store.size_bytes, 0);
  return h("article", { class: instance.answers ? "instance" : "instance silent" },
    h("header", null,
      h("h3", null, instance.address),
      h("span", { class: instance.answers ? "badge good" : "badge bad" }, instance.answers ? "answers" : "silent"),
      h("span", null, `up ${time(Math.round((Date.parse(instance.time) - Date.parse(instance.started)) / 1000))}`),
      h("span", null, `state ${bytes(state)}`),
      rocksdb && h("span", null, `RocksDB ${bytes(rocksdb.memory_used_bytes)} of ${bytes(rocksdb.memory_limit_bytes)}`),
      rocksdb && h("span", { class: rocksdb.stalled_stores ? "bad" : "" }, `stalls ${count(rocksdb.stalls)}${rocksdb.stalls ? `, ${time(rocksdb.stalled_seconds)}` : ""}`)),
    h("div", { class: "scroll", role: "region", "aria-label": `Applications of ${instance.address}`, tabindex: "0" },
      h("table", null,
        h("caption", { class: "unseen" }, `Applications of ${instance.address}`),
        h("thead", null, h("tr", null,
          [["Application"], ["Partitions"], ["Phase"], ["To restore", "number"], ["Standby lag", "number"], ["State", "number"], ["Latency, mean", "number"], ["slowest", "number"], ["Rebalances", "number"]]
            .map(([title, kind]) => h("th", { scope: "col", class: kind }, title)))),
        h("tbody", null, instance.applications.map((one) => h("tr", null,
          h("th", { scope: "row" }, one.application),
          h("td", null, cells(one, number)),
          h("td", null, h("span", { class: `badge ${one.phase === "running" ? "good" : "warn"}` }, one.phase)),
          h("td", { class: "number" }, restore(one.restore)),
          h("td", { class: "number" }, count(one.standby_lag_records)),
          h("td", { class: "number" }, bytes(one.stores.reduce((sum, store) => sum + store.size_bytes, 0))),
          h("td", { class: "number" }, time(one.latency_avg_ms == null ? null : one.latency_avg_ms / 1000)),
          h("td", { class: "number" }, time(one.latency_max_ms == null ? null : one.latency_max_ms / 1000)),
          h("td", { class: "number" }, count(one.rebalances))))))));
}

/** Shows what is known of the instances. */
export function show({ instances }) {
  if (!instances) return;
  const tasks = instances.instances.flatMap((one) => one.applications).flatMap((one) => [...one.active_tasks, ...one.standby_tasks]);
  const number = Math.max(0, ...tasks.map((task) => Number(task.split("_")[1]) + 1));
  replace(
    byId("instance-list"),
    instances.instances.length
      ? instances.instances.map((one) => card(one, number))
      : h("p", { class: "nothing" }, "No instance of streams-app has answered yet."),
  );
}

/** Instances that do not do what they should, in words. */
export function concerns({ instances }) {
  if (!instances) return [];
  if (!instances.instances.some((one) => one.answers)) return [["instances", "No instance of streams-app answers"]];
  return instances.instances.flatMap((one) =>
    one.answers
      ? [
          ...one.applications.filter((app) => app.phase !== "running").map((app) => ["instances",
            `${app.application} on ${one.address} is ${app.phase}${app.restore.records_left ? `, ${several(app.restore.records_left, "record")} left` : ""}`]),
          ...(one.rocksdb?.stalled_stores ? [["instances", `RocksDB holds up writes on ${one.address}`]] : []),
        ]
      : [["instances", `${one.address} does not answer`]]);
}
