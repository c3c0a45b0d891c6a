/** Items as people see them in lists, and why they are there. */
import * as api from "./api.js";
import { picture } from "./art.js";
import { calm, count, h, money, s } from "./dom.js";

/** Which list an item was opened from, for the event that tells of it. */
export const openedFrom = new Map();

export function card(item, { reason, listId } = {}) {
  return h(
    "li",
    { class: "card" },
    h(
      "a",
      {
        href: `/shop/item/${encodeURIComponent(item.item_id)}`,
        "data-item": item.item_id,
        onclick: () => listId && openedFrom.set(item.item_id, listId),
      },
      h("span", { class: "plate" }, picture(item), !item.available && h("span", { class: "badge" }, "Sold out")),
      h("span", { class: "card-title" }, calm(item.title)),
      h("span", { class: "card-price" }, money(item.price_minor, item.currency))),
    reason && h("p", { class: "reason" }, reason));
}

export const grid = (cards, extra = "") => h("ul", { class: `grid ${extra}` }, cards);

export const blanks = (number) =>
  Array.from({ length: number }, () => h("li", { class: "card blank", "aria-hidden": "true" }, h("span", { class: "plate" })));

/** A reason of the API in the words of the shop. */
export function because(reasons, names, here) {
  const reason = reasons?.[0];
  if (!reason) return null;
  const other = reason.item_id && reason.item_id !== here ? calm(names.get(reason.item_id)?.title ?? reason.item_id) : null;
  const least = reason.text?.includes("at least ") ? "at least " : "";
  switch (reason.code) {
    case "viewed_with":
      return [other ? "Looked at with " : "Together in ", other && h("b", {}, other), other && " in ", least, count(reason.support, "visit", "visits")];
    case "bought_with":
      return [other ? "Bought with " : "Together in ", other && h("b", {}, other), other && " in ", least, count(reason.support, "order", "orders")];
    case "similar_content":
      return [other ? ["Much like ", h("b", {}, other)] : ["Much alike: ", (reason.shared ?? []).map((word) => word.replace("category ", "")).join(", ")]];
    case "favourite_category":
      return ["From your favourite department, ", h("b", {}, reason.category)];
    case "trending_in_category":
      return ["Rising in ", h("b", {}, reason.category)];
    case "trending_in_shop":
      return ["Rising in the shop just now"];
    case "popular_in_category":
      return ["A favourite in ", h("b", {}, reason.category)];
    case "popular_in_shop":
      return ["A favourite of the shop"];
    case "new_in_shop":
      return ["New in the shop"];
    default:
      return [reason.text];
  }
}

/** The cards of a list of recommendations; what the catalogue does not know cannot be shown. */
export async function recommendedCards(list, here) {
  const ids = list.items.flatMap((each) => [each.item_id, ...(each.reasons ?? []).map((reason) => reason.item_id)]);
  const names = await api.items([...new Set(ids.filter(Boolean))]);
  return list.items
    .filter((each) => names.has(each.item_id))
    .map((each) => card(names.get(each.item_id), { reason: because(each.reasons, names, here), listId: list.id }));
}

/** Tells once that a list was seen, when half of it is. */
export function seen(element, listId) {
  const observer = new IntersectionObserver(
    (entries) => {
      if (entries.some((entry) => entry.isIntersecting)) {
        observer.disconnect();
        shopstream.impression(listId);
      }
    },
    { threshold: 0.3 });
  observer.observe(element);
}

/** A titled row that fills itself; nothing of it is shown when there is nothing to show. */
export function rail(title, note, ask, { here, expected = 5 } = {}) {
  const id = `rail-${title.toLowerCase().replace(/[^a-z]+/g, "-")}`;
  const list = grid(blanks(expected), "rail");
  const section = h(
    "section",
    { class: "band", "aria-labelledby": id },
    h("div", { class: "band-head" }, h("h2", { id }, title), note && h("p", {}, note)),
    list);
  ask()
    .then(async (answer) => {
      const cards = await recommendedCards(answer, here);
      if (!cards.length) return section.remove();
      list.replaceChildren(...cards);
      if (answer.id) seen(list, answer.id);
    })
    .catch(() => section.remove());
  return section;
}

export function icon(name) {
  const paths = { plus: "M12 5v14M5 12h14", minus: "M5 12h14", close: "M6 6l12 12M18 6 6 18" };
  return s("svg", { viewBox: "0 0 24 24", width: 20, height: 20, class: "icon", "aria-hidden": "true" }, s("path", { d: paths[name] }));
}

export function stepper(label, value, onChange) {
  const shown = h("output", {}, String(value));
  const step = (by) => {
    value = Math.max(1, Math.min(999, value + by));
    shown.textContent = String(value);
    onChange(value);
  };
  return h(
    "div",
    { class: "stepper", role: "group", "aria-label": label },
    h("button", { type: "button", "aria-label": "One less", onclick: () => step(-1) }, icon("minus")),
    shown,
    h("button", { type: "button", "aria-label": "One more", onclick: () => step(1) }, icon("plus")));
}
