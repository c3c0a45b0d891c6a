/** The basket: in this browser, the same in all tabs. */
const NAME = "pennyroyal.basket";
const listeners = new Set();
let lines = load();

function load() {
  try {
    const kept = JSON.parse(localStorage.getItem(NAME) ?? "[]");
    return new Map(kept.filter(([id, pieces]) => typeof id === "string" && pieces > 0));
  } catch {
    return new Map();
  }
}

function changed() {
  try {
    localStorage.setItem(NAME, JSON.stringify([...lines]));
  } catch {
    // Then it lasts as long as the page.
  }
  for (const listener of listeners) listener();
}

addEventListener("storage", (event) => {
  if (event.key === NAME) {
    lines = load();
    for (const listener of listeners) listener();
  }
});

export const basket = {
  get lines() {
    return [...lines];
  },
  get ids() {
    return [...lines.keys()];
  },
  get pieces() {
    return [...lines.values()].reduce((sum, pieces) => sum + pieces, 0);
  },
  /** Sets how many there are; 0 takes it out. */
  set(id, pieces) {
    const before = lines.get(id) ?? 0;
    const now = Math.max(0, Math.min(999, Math.round(pieces) || 0));
    if (now === before) return;
    if (now) lines.set(id, now);
    else lines.delete(id);
    const move = now > before ? shopstream.addToCart : shopstream.removeFromCart;
    move(id, { quantity: Math.abs(now - before) });
    changed();
  },
  add(id, pieces) {
    this.set(id, (lines.get(id) ?? 0) + pieces);
  },
  clear() {
    lines = new Map();
    changed();
  },
  onChange(listener) {
    listeners.add(listener);
  },
};
