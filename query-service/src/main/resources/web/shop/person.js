/** Who is in the shop: a visitor, perhaps with a name, who agreed or did not. */
import { h } from "./dom.js";

const NAME = "pennyroyal.customer";

/** Customers of the data set, with what their invoices say of them. */
const CUSTOMERS = [
  ["17841", "Ada Thistlewood", "a hundred orders of little things"],
  ["12748", "Wilf Penhaligon", "comes nearly every day"],
  ["14911", "Orla Byrne", "runs a shop in Ireland"],
  ["15311", "Cyril Hathersage", "buys by the dozen"],
];

const listeners = new Set();

export const person = {
  /** The account, when signed in. */
  get customer() {
    try {
      return sessionStorage.getItem(NAME) ?? undefined;
    } catch {
      return undefined;
    }
  },
  get name() {
    return CUSTOMERS.find(([id]) => id === this.customer)?.[1];
  },
  /** Whose recommendations are shown; nobody's without consent. */
  get id() {
    return shopstream.consent() ? (this.customer ?? shopstream.visitor) : undefined;
  },
  become(id) {
    if (id) sessionStorage.setItem(NAME, id);
    else sessionStorage.removeItem(NAME);
    shopstream.identify(id);
    tell();
  },
  onChange(listener) {
    listeners.add(listener);
  },
};

function tell() {
  for (const listener of listeners) listener();
}

addEventListener("storage", (event) => event.key === "shopstream.consent" && tell());

export function signIn(button) {
  const dialog = h(
    "dialog",
    { class: "sheet", "aria-labelledby": "sign-in-title", onclose: () => dialog.remove() },
    h("h2", { id: "sign-in-title" }, person.customer ? `You are ${person.name}` : "Sign in as a customer"),
    h("p", {}, person.customer
      ? "What this browser did before is theirs now: the recommendations know both."
      : "Their orders are in the shop's books. What you looked at so far joins their profile."),
    h(
      "ul",
      { class: "customers" },
      CUSTOMERS.filter(([id]) => id !== person.customer).map(([id, name, note]) =>
        h("li", {}, h(
          "button",
          { type: "button", onclick: () => { dialog.close(); person.become(id); } },
          h("b", {}, name), h("span", {}, note), h("span", { class: "number" }, `No. ${id}`))))),
    h(
      "div",
      { class: "sheet-actions" },
      person.customer && h("button", { type: "button", class: "button", onclick: () => { dialog.close(); person.become(undefined); } }, "Sign out"),
      h("button", { type: "button", class: "button quiet", onclick: () => dialog.close() }, "Close")));
  document.body.append(dialog);
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  dialog.addEventListener("close", () => button.focus());
  dialog.showModal();
}

/** Asks once; both answers are as easy. */
export function askConsent(again) {
  document.querySelector(".consent")?.remove();
  const signal = navigator.globalPrivacyControl === true || navigator.doNotTrack === "1";
  if (!again && (signal || shopstream.consent() !== undefined)) return;
  const answer = (allowed) => {
    shopstream.consent(allowed);
    box.remove();
    tell();
  };
  const box = h(
    "section",
    { class: "consent", "aria-label": "Privacy" },
    h("p", {}, h("b", {}, signal ? "Your browser asks not to be tracked." : "May the shop remember what you look at?"),
      signal
        ? " So nothing you do here is recorded, and the recommendations are those for everybody."
        : " It is used for recommendations, and for nothing else. Without it you see what everybody sees."),
    h(
      "div",
      { class: "consent-actions" },
      signal
        ? h("button", { type: "button", class: "button", onclick: () => box.remove() }, "Good")
        : [
            h("button", { type: "button", class: "button", onclick: () => answer(true) }, "Yes, remember"),
            h("button", { type: "button", class: "button", onclick: () => answer(false) }, "No, don’t"),
          ]));
  document.body.append(box);
  if (again) box.querySelector("button").focus();
}
