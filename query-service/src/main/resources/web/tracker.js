/* Shopstream tracker. How to embed it, and what it keeps: docs/tracker.md */
(() => {
  const { endpoint, key, consent: preset, delay } = document.currentScript.dataset;
  const origin = new URL(endpoint || document.currentScript.src, location.href).origin;
  const PREFIX = "shopstream.", QUEUE = PREFIX + "q.", CONSENT = PREFIX + "consent", VISITOR = PREFIX + "visitor", USER = PREFIX + "user";
  const MOST_KEPT = 2000, MOST_SENT = 50, MOST_CHARACTERS = 30000, LONGEST_KEPT = 7 * 864e5, LONGEST_PAUSE = 3e5;

  // Where nothing may be stored
  const memory = new Map();
  const read = (name) => {
    try {
      return localStorage.getItem(name) ?? memory.get(name);
    } catch {
      return memory.get(name);
    }
  };
  const write = (name, value) => {
    try {
      localStorage.setItem(name, value);
    } catch {
      memory.set(name, value);
    }
  };
  const remove = (name) => {
    memory.delete(name);
    try {
      localStorage.removeItem(name);
    } catch {}
  };
  // A name for each event: tabs never write to the same
  const queued = () => {
    let stored = [];
    try {
      stored = Object.keys(localStorage);
    } catch {}
    return [...stored, ...memory.keys()].filter((name) => name.startsWith(QUEUE)).sort();
  };

  let made = 0;
  const random = () => [...crypto.getRandomValues(new Uint32Array(3))].map((n) => n.toString(36)).join("");
  // Sorted by time
  const newId = () => Date.now().toString(36) + (made++ % 46656).toString(36).padStart(3, "0") + "-" + random();

  const signal = () => navigator.globalPrivacyControl === true || navigator.doNotTrack === "1";
  // undefined: not asked yet
  const consent = () => (signal() ? false : { yes: true, no: false }[read(CONSENT) ?? (preset === "granted" ? "yes" : "")]);
  const nameVisitor = () => {
    if (!read(VISITOR)) write(VISITOR, "v-" + random());
    return read(VISITOR);
  };
  const visitor = () => (consent() === true ? nameVisitor() : undefined);

  let user = read(USER), waiting = [], timer, failures = 0, sending;

  const keep = (kind, id, event) => {
    if (user) write(USER, user);
    write(QUEUE + id, JSON.stringify([kind, { ...event, visitor_id: visitor(), user_id: user }]));
    soon();
  };
  const put = (kind, fields) => {
    const id = newId();
    const event = { ...fields, time: Date.now() };
    if (kind === "events") Object.assign(event, { event_id: id, page: location.pathname });
    if (kind === "identity-links") event.link_id = id;
    else event.consent = true;
    const allowed = consent();
    if (allowed) keep(kind, id, event);
    else if (allowed === undefined && waiting.length < 100) waiting.push([kind, id, event]);
  };

  const parse = (value) => {
    try {
      return JSON.parse(value) ?? [];
    } catch {
      return [];
    }
  };
  // The next events of one kind: [names, address, body].
  const nextBatch = (skipped) => {
    if (!consent()) return undefined;
    const names = queued().filter((name) => !skipped?.has(name));
    names.splice(0, names.length - MOST_KEPT).forEach(remove);
    const batch = [];
    let first, size = 0;
    for (const name of names) {
      const value = read(name) ?? ""; // taken by another tab
      const [kind, event] = parse(value);
      if (!event || Date.now() - parseInt(name.slice(QUEUE.length), 36) / 46656 > LONGEST_KEPT) {
        remove(name);
        continue;
      }
      first ??= kind;
      if (kind !== first) continue;
      size += value.length;
      if (batch.length && (batch.length >= MOST_SENT || size > MOST_CHARACTERS)) break;
      batch.push([name, event]);
    }
    return batch.length
      ? [batch.map((each) => each[0]), origin + "/v1/" + first, JSON.stringify(batch.map((each) => each[1]))]
      : undefined;
  };

  const post = (address, body, signal) =>
    fetch(address, {
      method: "POST",
      headers: { "Content-Type": "application/json", ...(key && { "X-API-Key": key }) },
      body,
      keepalive: true,
      credentials: "omit",
      signal,
    });

  const settle = (names, answer) => {
    const undated = new Set();
    for (const { index, field } of answer.errors ?? []) if (field === "time") undated.add(index);
    names.forEach((name, index) => {
      const [kind, event] = parse(read(name) ?? "");
      if (undated.has(index) && event?.time) {
        delete event.time; // the clock here is wrong
        write(name, JSON.stringify([kind, event]));
      } else remove(name);
    });
  };

  const sendAll = async () => {
    for (let batch = nextBatch(); batch; batch = nextBatch()) {
      let answer;
      try {
        answer = await post(batch[1], batch[2], AbortSignal.timeout(15000));
      } catch {
        return retry(0);
      }
      // Taken, or wrong for good
      if (answer.ok || answer.status === 400) settle(batch[0], await answer.json().catch(() => ({})));
      else return retry(Number(answer.headers.get("Retry-After")) || 0);
      failures = 0;
    }
  };
  const flush = () => {
    clearTimeout(timer);
    timer = undefined;
    // One tab at a time
    sending ??= (navigator.locks ? navigator.locks.request(PREFIX, sendAll) : sendAll()).finally(() => {
      sending = undefined;
      if (consent() && queued().length) soon();
    });
    return sending;
  };
  const retry = (seconds) => {
    const pause = Math.max(seconds * 1000, Math.min(LONGEST_PAUSE, 1000 * 2 ** failures++));
    timer ??= setTimeout(flush, pause * (1 + Math.random() / 4));
  };
  const soon = () => {
    timer ??= setTimeout(flush, Number(delay ?? 200));
  };
  const now = () => {
    failures = 0;
    clearTimeout(timer);
    timer = undefined;
    if (consent()) soon();
  };

  // Kept until there is an answer, here or on the next page
  const left = new Set();
  const leave = () => {
    for (let batch = nextBatch(left); batch; batch = nextBatch(left)) {
      const [names, address, body] = batch;
      names.forEach((name) => left.add(name));
      if (!key && origin === location.origin) {
        if (!navigator.sendBeacon(address, new Blob([body], { type: "application/json" }))) return;
      } else post(address, body).catch(() => {});
    }
  };

  const settleConsent = () => {
    const allowed = consent();
    if (allowed === undefined) return;
    const held = waiting;
    waiting = [];
    if (allowed) held.forEach((each) => keep(...each));
    else [VISITOR, USER, ...queued()].forEach(remove);
  };

  addEventListener("pagehide", leave);
  document.addEventListener("visibilitychange", () => (document.visibilityState === "hidden" ? leave() : now()));
  addEventListener("online", now);
  addEventListener("storage", ({ key: name }) => name === CONSENT && settleConsent());

  const item = (type) => (item_id, fields) => put("events", { ...fields, type, item_id });
  window.shopstream = {
    view: item("VIEW"),
    addToCart: item("ADD_TO_CART"),
    removeFromCart: item("REMOVE_FROM_CART"),
    search: (search_query) => put("events", { type: "SEARCH", search_query }),
    impression: (recommendation_id) => put("impressions", { recommendation_id }),
    identify(id) {
      if (id === user) return;
      user = id;
      if (!id) [VISITOR, USER].forEach(remove); // who comes next is somebody else
      else if (!key) put("identity-links");
    },
    consent(allowed) {
      if (allowed === undefined) return consent();
      // First, or another tab that sees the consent and no name yet gives one of its own.
      if (allowed && !signal()) nameVisitor();
      write(CONSENT, allowed ? "yes" : "no");
      settleConsent();
      return consent();
    },
    flush,
    get visitor() {
      return visitor();
    },
    get pending() {
      return queued().length;
    },
  };
  settleConsent();
  now();
})();
