/** The pages: each gives its title and its content. */
import * as api from "./api.js";
import { picture } from "./art.js";
import { basket } from "./basket.js";
import { card, grid, openedFrom, rail, stepper } from "./cards.js";
import { calm, count, h, money, say } from "./dom.js";
import { verdict, placeOrder } from "./order.js";

const PAGE = 30;

/** Departments whose favourites make up the first picture. */
const WINDOW = ["Tea & table", "Party", "Bags & travel", "Candles & lights", "Garden", "Children"];
const IN_WINDOW = 5;

export async function home() {
  const departments = (await api.categories()).slice(0, 12);
  const shelves = await Promise.all(departments.map(async ({ name, items: number }) => ({ name, number, items: (await api.list({ category: name, limit: 3 })).items })));
  const inWindow = [...WINDOW.map((name) => shelves.find((shelf) => shelf.name === name)), ...shelves]
    .filter(Boolean)
    .map((shelf) => shelf.items[0])
    .filter((item, i, all) => item && all.indexOf(item) === i)
    .slice(0, IN_WINDOW);
  return {
    name: "home",
    content: [
      h(
        "div",
        { class: "hero" },
        h(
          "div",
          { class: "hero-words" },
          h("h1", {}, "Small things, well chosen."),
          h("p", {}, "Teacups, lanterns, bunting and a great many hearts. Have a look round: the shop watches what goes with what, and rearranges itself as you do.")),
        h(
          "ul",
          { class: "hero-tiles" },
          inWindow.map((item) =>
            h("li", {}, h("a", { href: `/shop/item/${encodeURIComponent(item.item_id)}`, "aria-label": calm(item.title) }, picture(item)))))),
    ],
    more: [h(
      "section",
      { class: "band", "aria-labelledby": "departments-title" },
      h("div", { class: "band-head" }, h("h2", { id: "departments-title" }, "All departments")),
      h("ul", { class: "shelves" }, shelves.map(({ name, number, items }) =>
        h("li", {}, h(
          "a",
          { class: "shelf", href: `/shop/department/${encodeURIComponent(name)}` },
          h("span", { class: "shelf-art" }, items.slice(1, 3).map(picture)),
          h("span", { class: "shelf-name" }, name),
          h("span", { class: "shelf-count" }, count(number, "thing", "things")))))))],
  };
}

function pages(first, parameters) {
  const list = grid(first.items.map((item) => card(item)));
  const next = h("button", { type: "button", class: "button quiet" }, "Show more");
  const place = h("div", { class: "next" }, next);
  let offset = first.next_offset;
  place.hidden = offset === undefined;
  next.addEventListener("click", async () => {
    next.disabled = true;
    try {
      const part = await api.list({ ...parameters, limit: PAGE, offset });
      const cards = part.items.map((item) => card(item));
      list.append(...cards);
      offset = part.next_offset;
      place.hidden = offset === undefined;
      cards[0]?.querySelector("a").focus();
    } catch (error) {
      say(error.message);
    } finally {
      next.disabled = false;
    }
  });
  return [list, place];
}

export async function department(name) {
  const parameters = { category: name };
  const first = await api.list({ ...parameters, limit: PAGE });
  if (!first.total) return nothingHere();
  return {
    name: "list",
    title: name,
    content: [
      h("div", { class: "page-head" }, h("h1", {}, name), h("p", {}, `${count(first.total, "thing", "things")}, the best loved first`)),
      ...pages(first, parameters),
    ],
  };
}

export async function searchPage(unused, query) {
  const words = query.get("q") ?? "";
  const parameters = { q: words };
  const first = words.trim() ? await api.list({ ...parameters, limit: PAGE }) : { total: 0, items: [] };
  return {
    name: "list",
    title: `Search: ${words}`,
    changesForYou: true,
    content: [
      h(
        "div",
        { class: "page-head" },
        h("h1", {}, first.total ? `“${words}”` : `Nothing for “${words}”`),
        h("p", {}, first.total ? count(first.total, "thing", "things") : "Try one word, or the beginning of one: tea, lant, bunt.")),
      ...pages(first, parameters),
    ],
  };
}

export async function itemPage(id) {
  const item = await api.item(id);
  if (!item.title) return nothingHere();
  const list = openedFrom.get(id);
  openedFrom.delete(id);
  shopstream.view(id, { price_minor: item.price_minor, currency: item.currency, recommendation_id: list });
  const name = calm(item.title);
  let pieces = 1;
  const add = h("button", { type: "button", class: "button", disabled: !item.available }, item.available ? "Put into the basket" : "Sold out");
  const added = h("p", { class: "added", role: "status" });
  add.addEventListener("click", () => {
    basket.add(id, pieces);
    added.replaceChildren(`${pieces} in your basket. `, h("a", { href: "/shop/basket" }, "See the basket"));
  });
  const category = item.category_path?.[0];
  return {
    name: "item",
    title: name,
    changesForYou: true,
    content: [
      h(
        "article",
        { class: "product" },
        h("div", { class: "product-art" }, picture(item)),
        h(
          "div",
          { class: "product-words" },
          category && h("p", { class: "crumb" }, h("a", { href: `/shop/department/${encodeURIComponent(category)}` }, category)),
          h("h1", {}, name),
          h("p", { class: "product-price" }, money(item.price_minor, item.currency)),
          h("div", { class: "buy" }, stepper("Pieces", 1, (now) => (pieces = now)), add),
          added,
          h(
            "dl",
            { class: "facts" },
            h("div", {}, h("dt", {}, "Looked at in"), h("dd", {}, count(item.viewed_support, "visit", "visits"))),
            h("div", {}, h("dt", {}, "Bought in"), h("dd", {}, count(item.bought_support, "order", "orders"))),
            h("div", {}, h("dt", {}, "Number"), h("dd", {}, item.item_id))))),
      rail("Viewed together", "by people in the same visit", () => api.similar(id, "viewed", 5, "visit"), { here: id }),
      rail("Bought together", "in the same order", () => api.similar(id, "bought", 5, "visit"), { here: id }),
    ],
  };
}

export async function basketPage(unused, query, go) {
  const items = await api.items(basket.ids);
  const lines = basket.lines.filter(([id]) => items.has(id));
  if (!lines.length) {
    return {
      name: "basket",
      title: "Basket",
      content: [h("div", { class: "page-head" }, h("h1", {}, "Your basket is empty"), h("p", {}, h("a", { href: "/shop" }, "Have a look round")))],
    };
  }
  const total = lines.reduce((sum, [id, pieces]) => sum + pieces * (items.get(id).price_minor ?? 0), 0);
  const rows = lines.map(([id, pieces]) => {
    const item = items.get(id);
    const name = calm(item.title);
    return h(
      "li",
      { class: "line" },
      h("a", { class: "line-art", href: `/shop/item/${encodeURIComponent(id)}`, tabindex: -1, "aria-hidden": "true" }, picture(item)),
      h("div", { class: "line-words" }, h("a", { href: `/shop/item/${encodeURIComponent(id)}` }, name), h("span", {}, `${money(item.price_minor)} each`)),
      stepper(`Pieces of ${name}`, pieces, (now) => basket.set(id, now)),
      h("b", { class: "line-sum" }, money(pieces * item.price_minor)),
      h("button", { type: "button", class: "link", "aria-label": `Take out ${name}`, onclick: () => basket.set(id, 0) }, "Take out"));
  });
  const stranger = h("input", { type: "radio", name: "as", value: "stranger", id: "as-stranger" });
  const button = h("button", { type: "submit", class: "button wide" }, `Order for ${money(total)}`);
  const trouble = h("p", { class: "trouble", role: "alert" });
  const checkout = h(
    "form",
    { class: "checkout" },
    h("h2", {}, "Order"),
    h("p", { class: "total" }, h("span", {}, count(basket.pieces, "piece", "pieces")), h("b", {}, money(total))),
    h(
      "fieldset",
      {},
      h("legend", {}, "Show the fraud check"),
      h("label", {}, h("input", { type: "radio", name: "as", value: "usual", checked: true }), h("span", {}, h("b", {}, "Myself"), "my own card, sent home")),
      h("label", {}, stranger, h("span", {}, h("b", {}, "A stranger"), "an account made just now, sent abroad"))),
    button,
    trouble);
  checkout.addEventListener("submit", async (event) => {
    event.preventDefault();
    button.disabled = true;
    button.textContent = "Ordering …";
    trouble.textContent = "";
    try {
      const decided = await placeOrder(lines, items, stranger.checked);
      document.getElementById("view").replaceChildren(...verdict(decided, total, lines.length));
      document.getElementById("view").querySelector("h1").focus();
      basket.clear();
    } catch (error) {
      trouble.textContent = `The order did not get through: ${error.message} Nothing was ordered; try again.`;
      button.disabled = false;
      button.textContent = `Order for ${money(total)}`;
    }
  });
  return {
    name: "basket",
    title: "Basket",
    content: [
      h("div", { class: "page-head" }, h("h1", {}, "Your basket")),
      h("div", { class: "basket-columns" }, h("ul", { class: "lines" }, rows), checkout),
      rail("Goes with your basket", "bought by others in the same order", () => api.forBasket(basket.ids, 5)),
    ],
  };
}

export function nothingHere(error, again) {
  return {
    name: "list",
    title: error ? "Something went wrong" : "Not here",
    content: [
      h(
        "div",
        { class: "page-head" },
        h("h1", {}, error ? "The shop is closed for a moment" : "There is nothing on this shelf"),
        h("p", {}, error ? `${error.message} ` : "", h("a", { href: "/shop" }, "To the start"))),
      error && again ? h("button", { type: "button", class: "button", onclick: () => again(true) }, "Try again") : "",
    ],
  };
}
