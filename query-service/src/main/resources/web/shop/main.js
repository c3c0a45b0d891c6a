import * as api from "./api.js";
import { basket } from "./basket.js";
import { h } from "./dom.js";
import * as forYou from "./for-you.js";
import { askConsent, person, signIn } from "./person.js";
import { basketPage, department, home, itemPage, nothingHere, searchPage } from "./views.js";

const view = document.getElementById("view");
const more = document.getElementById("more");
const who = document.querySelector(".who");
const toBasket = document.querySelector(".to-basket");
const search = document.querySelector(".search");

const ROUTES = [
  [/^\/shop\/?$/, home],
  [/^\/shop\/department\/([^/]+)$/, department],
  [/^\/shop\/item\/([^/]+)$/, itemPage],
  [/^\/shop\/search$/, searchPage],
  [/^\/shop\/basket$/, basketPage],
];

let shownPath;

/** Where the focus is on the page, to put it back when the page is shown anew. */
function placeOfFocus() {
  const focused = document.activeElement;
  const group = view.contains(focused) && focused.closest("[role=group]");
  return group && `[aria-label="${CSS.escape(group.getAttribute("aria-label"))}"] [aria-label="${focused.getAttribute("aria-label")}"]`;
}

/** Shows the page of the address. */
async function show(moveFocus) {
  const path = location.pathname + location.search;
  shownPath = path;
  const [route, page] = ROUTES.find(([pattern]) => pattern.test(location.pathname)) ?? [/()/, nothingHere];
  const part = location.pathname.match(route)[1];
  const stillHere = () => shownPath === path;
  view.setAttribute("aria-busy", "true");
  let shown;
  try {
    shown = await page(part && decodeURIComponent(part), new URLSearchParams(location.search), go);
  } catch (error) {
    shown = nothingHere(error.status === 404 ? undefined : error, show);
  }
  if (!stillHere()) return;
  const place = placeOfFocus();
  view.removeAttribute("aria-busy");
  view.className = shown.name;
  view.replaceChildren(...shown.content);
  if (place && !moveFocus) view.querySelector(place)?.focus();
  more.replaceChildren(...(shown.more ?? []));
  document.title = shown.title ? `${shown.title} · Pennyroyal` : "Pennyroyal";
  for (const link of document.querySelectorAll(".departments a")) {
    if (link.getAttribute("href") === location.pathname) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  search.q.value = new URLSearchParams(location.search).get("q") ?? "";
  if (moveFocus) {
    scrollTo(0, 0);
    const heading = view.querySelector("h1");
    heading?.setAttribute("tabindex", "-1");
    heading?.focus({ preventScroll: true });
  }
  if (shown.changesForYou) void forYou.refresh();
}

function go(path) {
  history.pushState(null, "", path);
  return show(true);
}

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[href^='/shop']");
  if (!link || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  void go(link.getAttribute("href"));
});
addEventListener("popstate", () => void show(true));

search.addEventListener("submit", (event) => {
  event.preventDefault();
  const words = search.q.value.trim();
  if (!words) return search.q.focus();
  shopstream.search(words);
  void go(`/shop/search?${new URLSearchParams({ q: words })}`);
});

function showPerson() {
  who.textContent = person.name ?? "Sign in";
}

function showBasket() {
  const pieces = basket.pieces;
  const bubble = toBasket.querySelector(".count");
  bubble.textContent = pieces || "";
  bubble.hidden = !pieces;
}

who.addEventListener("click", () => signIn(who));
document.querySelector(".privacy").addEventListener("click", () => askConsent(true));
basket.onChange(() => {
  showBasket();
  void forYou.refresh();
  if (location.pathname === "/shop/basket" && !view.querySelector(".verdict")) void show(false);
});
person.onChange(() => {
  showPerson();
  forYou.follow();
});

showPerson();
showBasket();
if (person.customer) shopstream.identify(person.customer);
askConsent(false);
void show(false);
forYou.follow();
api
  .categories()
  .then((all) =>
    document.querySelector(".departments ul").append(
      ...all.slice(0, 14).map(({ name }) => h("li", {}, h("a", { href: `/shop/department/${encodeURIComponent(name)}` }, name)))))
  .catch(() => {});
