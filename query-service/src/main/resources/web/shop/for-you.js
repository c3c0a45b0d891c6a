/** «For you»: changes as the person clicks, here or anywhere else. */
import * as api from "./api.js";
import { blanks, grid, recommendedCards, seen } from "./cards.js";
import { h, say } from "./dom.js";
import { person } from "./person.js";

const SHOWN = 6;
const section = document.getElementById("for-you");
const list = grid(blanks(SHOWN), "rail");
const note = h("p", {});
const title = h("h2", { id: "for-you-title" });
let shown = "";
let stop = () => {};
let turn = 0;

section.className = "band for-you";
section.append(h("div", { class: "band-head" }, title, note), list);
section.hidden = false;

async function show(answer, quiet) {
  const mine = ++turn;
  const cards = await recommendedCards(answer, undefined);
  const now = answer.items.map((each) => each.item_id).join();
  if (mine !== turn || now === shown || !cards.length) return;
  const first = shown === "";
  shown = now;
  // Who stands on a card with the keyboard keeps the list until they leave it.
  if (list.contains(document.activeElement)) {
    list.addEventListener("focusout", () => setTimeout(() => { shown = ""; show(answer, true); }), { once: true });
    return;
  }
  list.replaceChildren(...cards);
  list.dataset.version = Number(list.dataset.version ?? 0) + 1;
  if (answer.id) seen(list, answer.id);
  if (!first && !quiet) say("The recommendations for you have changed.");
}

/** Asks at once, when the shop knows of an event that it has just taken. */
export async function refresh() {
  try {
    await shopstream.flush();
    const id = person.id;
    await show(id ? await api.forUser(id, SHOWN) : await api.forEverybody(SHOWN));
  } catch {
    // The stream, or the next click, brings the next list.
  }
}

export function follow() {
  stop();
  shown = "";
  const id = person.id;
  title.textContent = id ? "For you" : "Rising now";
  note.textContent = id
    ? person.name
      ? `From the orders of ${person.name} and every click since.`
      : "Every click changes this, yours within the second."
    : "What everybody looks at just now.";
  stop = id ? api.listen(id, SHOWN, (answer) => void show(answer)) : () => {};
  void refresh();
}
