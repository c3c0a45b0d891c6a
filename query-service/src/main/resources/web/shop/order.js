/** Orders, and what the shop thinks of them. */
import * as api from "./api.js";
import { h, money } from "./dom.js";
import { person } from "./person.js";

const random = () => [...crypto.getRandomValues(new Uint32Array(2))].map((n) => n.toString(36)).join("");
// Made once a page: the card and the device that this person always uses.
const own = random();

/** Orders, waits for the score, and gives it with the time that took. */
export async function placeOrder(lines, items, asStranger) {
  const agreed = shopstream.consent() === true;
  const party = asStranger ? `stranger-${random()}` : (person.id ?? `guest-${own}`);
  const began = performance.now();
  await shopstream.flush().catch(() => {});
  const score = await api.order({
    order_id: `shop-${Date.now().toString(36)}-${random()}`,
    user_id: asStranger ? party : person.customer,
    visitor_id: agreed ? shopstream.visitor : undefined,
    lines: lines.map(([id, pieces]) => ({ item_id: id, quantity: pieces, price_minor: items.get(id).price_minor ?? 0 })),
    amount_minor: lines.reduce((sum, [id, pieces]) => sum + pieces * (items.get(id).price_minor ?? 0), 0),
    currency: "GBP",
    payment_method: "card",
    card_fingerprint: `card-${party}`,
    device_id: `device-${party}`.slice(0, 64),
    billing_country: "GB",
    shipping_country: asStranger ? "US" : "GB",
    shipping_address_fingerprint: `address-${party}`,
    account_created_time: asStranger ? Date.now() : undefined,
    consent: agreed,
  });
  return { score, took: performance.now() - began };
}

const WORDS = {
  approve: ["Thank you, it is on its way", "Approved", "good"],
  review: ["Thank you, we will have a look at it", "To be reviewed by a person", "warn"],
  decline: ["We cannot take this order", "Declined", "bad"],
};

/** What the customer reads, and beside it what only the shop would see. */
export function verdict({ score, took }, total, things) {
  const [title, decision, tone] = WORDS[score?.decision] ?? WORDS.review;
  const strongest = Math.max(0.01, ...(score?.reasons ?? []).map((reason) => Math.abs(reason.share)));
  return [
    h("div", { class: "page-head" }, h("h1", { tabindex: -1 }, title), h("p", {}, score?.decision === "decline" ? "Nothing was charged." : `${money(total)} for ${things === 1 ? "one thing" : `${things} things`}. Nothing was charged: this is a demonstration.`)),
    h(
      "section",
      { class: "verdict", "aria-labelledby": "verdict-title" },
      h("h2", { id: "verdict-title" }, "What the shop sees"),
      h("p", { class: `decision ${tone}`, "data-decision": score?.decision ?? "" }, decision),
      h(
        "dl",
        { class: "facts" },
        h("div", {}, h("dt", {}, "Probability of fraud"), h("dd", {}, score?.probability === undefined ? "not known in time" : `${(100 * score.probability).toFixed(score.probability < 0.1 ? 2 : 0)} %`)),
        h("div", {}, h("dt", {}, "Decided by"), h("dd", {}, score?.decided_by === "policy" ? "the shop’s rule for late scores" : `model ${score?.model_version ?? ""}`)),
        h("div", {}, h("dt", {}, "Took"), h("dd", {}, `${Math.round(took)} ms`))),
      score?.reasons?.length
        ? h(
            "ul",
            { class: "weights", "aria-label": "What moved the score" },
            score.reasons.map((reason) =>
              h(
                "li",
                {},
                h("span", {}, reason.text[0].toUpperCase() + reason.text.slice(1)),
                h("meter", { class: reason.share > 0 ? "towards" : "away", min: 0, max: strongest, value: Math.abs(reason.share), "aria-label": reason.share > 0 ? "towards fraud" : "away from fraud" }))))
        : ""),
  ];
}
