// Decisions about orders, and those that wait for a person.
import { byId, h, replace } from "./dom.js";
import { count, pace, several } from "./format.js";

const WORDS = { approve: "approved", review: "to review", decline: "declined" };
const ORDER = ["approve", "review", "decline"];

/** Shows what is known of the decisions and the queue. */
export function show({ fraud, reviews }) {
  if (!fraud) return;
  const decisions = ORDER.map((name) => fraud.decisions.find((one) => one.decision === name) ?? { decision: name, orders: 0, orders_per_second: 0 });
  const all = decisions.reduce((sum, one) => sum + one.orders, 0);
  const bar = h("div", { class: "bar", "aria-hidden": "true" }, decisions.map((one) => h("i", { class: one.decision })));
  const list = h("dl", { class: "decisions" }, decisions.map((one) =>
    h("div", { class: one.decision },
      h("dt", null, h("i", { class: "swatch" }), WORDS[one.decision]),
      h("dd", null, h("b", null, count(one.orders)), ` ${all ? `${((100 * one.orders) / all).toFixed(1)} %` : ""}`, h("small", null, `${pace(one.orders_per_second)}/s`)))));
  replace(byId("decisions"), bar, list);
  // Widths are set as properties: the page's policy lets no style stand in markup.
  byId("decisions").querySelectorAll(".bar i").forEach((part, i) => {
    part.style.flexGrow = decisions[i].orders;
  });
  showQueue(fraud, reviews);
}

function showQueue(fraud, reviews) {
  if (fraud.reviews_waiting == null) {
    replace(byId("reviews"), h("p", { class: "nothing" }, "The queue cannot be read now."));
    return;
  }
  const dropped = fraud.reviews_dropped ? `; ${several(fraud.reviews_dropped, "order")} left it unseen because it was full` : "";
  const head = fraud.reviews_waiting
    ? h("p", null, h("b", null, several(fraud.reviews_waiting, "order")), ` ${fraud.reviews_waiting === 1 ? "waits" : "wait"} for a person${dropped}.`)
    : h("p", { class: "nothing" }, `No order waits for a person${dropped}.`);
  const cases = reviews?.cases ?? [];
  replace(
    byId("reviews"),
    head,
    cases.length > 0 && h("div", { class: "scroll", role: "region", "aria-label": "Riskiest orders", tabindex: "0" },
      h("table", null,
        h("caption", { class: "unseen" }, "The riskiest orders that wait"),
        h("thead", null, h("tr", null, h("th", { scope: "col" }, "Order"), h("th", { scope: "col", class: "number" }, "Risk"), h("th", { scope: "col" }, "Foremost reason"))),
        h("tbody", null, cases.map((one) => h("tr", null,
          h("th", { scope: "row" }, one.order_id),
          h("td", { class: "number" }, `${(100 * one.probability).toFixed(0)} %`),
          h("td", { class: "words" }, one.score?.reasons?.[0]?.text ?? "–")))))),
  );
}

export function concerns({ fraud }) {
  return fraud?.reviews_dropped ? [["fraud", `${several(fraud.reviews_dropped, "order")} left the review queue unseen`]] : [];
}
