/** Owns what goes wrong on purpose: a fault waits for the next calls of a method, until used up or cleared. */

export type Fault =
  /** `{ok: false, error}` with status 200, as Slack refuses. */
  | { kind: 'error'; error: string; needed?: string }
  /** 429 with Retry-After. */
  | { kind: 'rate_limited'; retryAfterS: number }
  | { kind: 'status'; status: number }
  /** No answer until cleared; then the connection is dropped. */
  | { kind: 'hang' }
  /** No answer until cleared; then it goes on normally: for races in a chosen order. */
  | { kind: 'hold' }
  /** It goes on normally, this much later. */
  | { kind: 'delay'; delayMs: number }
  /** The connection is dropped before anything is done. */
  | { kind: 'drop' }
  /** The call is done, and its answer is lost. */
  | { kind: 'lose_answer' };

export interface Faults {
  /** `method` is a Web API method, `response_url`, `upload` (drop, status or hold) or `*`. Without `times` it stays until cleared. */
  set(method: string, fault: Fault, times?: number): void;
  clear(method?: string): void;
  /** The fault for this call, if there is one, which counts as used. */
  take(method: string): Fault | undefined;
  /** Resolves when the hanging and held calls of this method are released. */
  untilCleared(method: string): Promise<void>;
}

export function createFaults(): Faults {
  const set = new Map<string, { fault: Fault; left: number }[]>();
  let hanging: { method: string; letGo: () => void }[] = [];
  return {
    set(method, fault, times = Number.POSITIVE_INFINITY) {
      set.set(method, [...(set.get(method) ?? []), { fault, left: times }]);
    },
    clear(method) {
      if (method === undefined) set.clear();
      else set.delete(method);
      const freed = hanging.filter((one) => method === undefined || method === one.method || method === '*');
      hanging = hanging.filter((one) => !freed.includes(one));
      for (const { letGo } of freed) letGo();
    },
    take(method) {
      for (const key of [method, '*']) {
        const next = set.get(key)?.find(({ left }) => left > 0);
        if (!next) continue;
        next.left -= 1;
        return next.fault;
      }
      return undefined;
    },
    untilCleared: (method) => new Promise((letGo) => hanging.push({ method, letGo: () => letGo() })),
  };
}
