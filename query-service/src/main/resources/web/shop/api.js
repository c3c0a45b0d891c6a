/** The public API, as any shop would ask it. */

export class ApiError extends Error {
  constructor(status, detail) {
    super(detail);
    this.status = status;
  }
}

async function ask(path, options) {
  const answer = await fetch(path, { signal: AbortSignal.timeout(12_000), ...options });
  const body = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new ApiError(answer.status, body.detail ?? "The shop does not answer just now.");
  return body;
}

const post = (path, body) =>
  ask(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });

const known = new Map();

/** What the catalogue says of items, by id; those it does not know are missing. */
export async function items(ids) {
  const missing = [...new Set(ids)].filter((id) => !known.has(id));
  if (missing.length) {
    const query = new URLSearchParams(missing.map((id) => ["id", id]));
    remember((await ask(`/v1/items?${query}`)).items);
  }
  return new Map(ids.filter((id) => known.has(id)).map((id) => [id, known.get(id)]));
}

function remember(list) {
  for (const item of list) known.set(item.item_id, item);
  return list;
}

export const item = (id) => ask(`/v1/items/${encodeURIComponent(id)}`);

export async function list(parameters) {
  const part = await ask(`/v1/items?${new URLSearchParams(parameters)}`);
  remember(part.items);
  return part;
}

export const categories = async () => (await ask("/v1/categories")).categories;

export const similar = async (id, kind, limit, sources) => {
  const query = new URLSearchParams({ kind, limit, reasons: true, sources });
  const answer = await ask(`/v1/items/${encodeURIComponent(id)}/similar?${query}`);
  return { id: answer.recommendation_id, items: answer.similar };
};

const recommended = (answer) => ({ id: answer.recommendation_id, items: answer.recommendations });

export const forUser = async (who, limit) =>
  recommended(await ask(`/v1/users/${encodeURIComponent(who)}/recommendations?limit=${limit}&reasons=true`));

/** What rises in the shop; a list for nobody, of which nobody can say later that it was theirs. */
export const forEverybody = async (limit) => ({
  items: recommended(await ask(`/v1/users/nobody/recommendations?limit=${limit}&reasons=true&sources=shop_trend`)).items,
});

/** Calls back with each new list; returns what ends it. */
export function listen(who, limit, onList) {
  const source = new EventSource(`/v1/users/${encodeURIComponent(who)}/recommendations/stream?limit=${limit}&reasons=true`);
  source.addEventListener("recommendations", (event) => onList(recommended(JSON.parse(event.data))));
  return () => source.close();
}

export const forBasket = async (ids, limit) =>
  recommended(await post("/v1/recommendations", { basket: ids, items: ids, limit, kind: "bought", reasons: true, exclude: ids }));

export const order = async (placed) => (await post("/v1/orders?wait=score", placed)).scores?.[0];
