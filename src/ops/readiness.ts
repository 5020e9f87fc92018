/** Owns whether Payout Desk is ready: what keeps it from working, by part, for the probe and for the metrics. */

import { Gauge, type Registry } from 'prom-client';

/** `process`: it is not stopping. `connection`: Slack reaches it. `token`: Slack accepts it. `store`: it takes writes. */
export const READY_PARTS = ['process', 'connection', 'token', 'store'] as const;
type ReadyPart = (typeof READY_PARTS)[number];

/** Each returns what is wrong, in a few words; undefined when nothing is. */
export type Checks = Readonly<Record<ReadyPart, () => string | undefined | Promise<string | undefined>>>;

/** Returns what keeps Payout Desk from working, one line each; empty: ready. */
export function createReadiness(checks: Checks): () => Promise<string[]> {
  return async () => {
    const problems: string[] = [];
    for (const part of READY_PARTS) {
      const problem = await checks[part]();
      if (problem !== undefined) problems.push(problem);
    }
    return problems;
  };
}

export function registerReadiness(registry: Registry, checks: Checks): void {
  registry.registerMetric(
    new Gauge({
      name: 'payout_desk_ready',
      help: '1 where this part lets Payout Desk work, else 0: the process is not stopping, Slack reaches it, Slack accepts its token, the store takes writes',
      labelNames: ['part'] as const,
      registers: [],
      async collect() {
        for (const part of READY_PARTS) {
          const problem = await checks[part]();
          this.set({ part }, problem === undefined ? 1 : 0);
        }
      },
    }),
  );
}
