// What the page knows: asked of the service that served it, every two seconds while somebody looks.

const EVERY_MS = 2_000;
const PATIENCE_MS = 5_000;
const HISTORY_MS = 15 * 60_000;

async function ask(path) {
  const answer = await fetch(path, { signal: AbortSignal.timeout(PATIENCE_MS), headers: { Accept: "application/json" } });
  if (!answer.ok) {
    const error = new Error(`${path} answers ${answer.status}`);
    error.status = answer.status;
    throw error;
  }
  return answer.json();
}

/** Calls back with all that is known and what went wrong, again and again. */
export class Watch {
  #tell;
  #paused = false;
  #timer;
  #known = { history: new Map() };

  constructor(tell) {
    this.#tell = tell;
    document.addEventListener("visibilitychange", () => this.#next(0));
  }

  start() {
    this.#next(0);
  }

  pause(paused) {
    this.#paused = paused;
    this.#next(0);
  }

  #next(delay) {
    clearTimeout(this.#timer);
    if (!this.#paused && !document.hidden) this.#timer = setTimeout(() => this.#look(), delay);
  }

  async #look() {
    const known = this.#known;
    const parts = {
      lag: "/v1/ops/lag",
      flow: "/v1/ops/flow",
      instances: "/v1/ops/instances",
      fraud: "/v1/ops/fraud",
      letters: "/v1/ops/dead-letters",
    };
    const [history, ...answers] = await Promise.allSettled([
      known.history.size ? null : ask("/v1/ops/lag/history"),
      ...Object.values(parts).map(ask),
    ]);
    const failed = answers.find((answer) => answer.status === "rejected")?.reason;
    Object.keys(parts).forEach((part, i) => {
      if (answers[i].status === "fulfilled") known[part] = answers[i].value;
    });
    if (!failed) known.heardMs = Date.now();
    if (history.value) history.value.groups.forEach((group) => known.history.set(group.group, group.points));
    if (known.lag) this.#remember(known.lag);
    // The cases are of another role than the figures: without it there is the size of the queue.
    known.reviews = await ask("/v1/fraud/reviews?limit=5").catch(() => null);
    this.#tell(known, failed);
    this.#next(EVERY_MS);
  }

  #remember(lag) {
    const { history } = this.#known;
    for (const group of lag.groups) {
      const points = history.get(group.group) ?? [];
      if (!points.length || points.at(-1).time_ms < lag.time_ms) {
        points.push({ time_ms: lag.time_ms, lag_records: group.lag_records, lag_seconds: group.lag_seconds });
      }
      while (points.length && points[0].time_ms < lag.time_ms - HISTORY_MS) points.shift();
      history.set(group.group, points);
    }
    for (const name of history.keys()) {
      if (!lag.groups.some((group) => group.group === name)) history.delete(name);
    }
  }
}
