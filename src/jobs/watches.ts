/** Owns the job that looks at what is watched: what is due, a few at once, each look leased. */

import { aFewAtOnce, allOf } from '../payouts/a-few-at-once.ts';
import type { Deps } from '../payouts/deps.ts';
import { lookAt } from '../payouts/watches/look.ts';
import { renewing } from '../renewing.ts';

/** InstantPay is spared: each look is a call. */
const AT_ONCE = 2;
/** The next round goes on with the rest. */
const A_RUN = 50;

export interface LookOptions {
  /** Longer than one look; it is renewed meanwhile. */
  leaseMs: number;
  /** True once the process stops: what has not begun stays due. */
  isStopping: () => boolean;
}

export async function lookAtDue(deps: Deps, { leaseMs, isStopping }: LookOptions): Promise<void> {
  const { watches } = deps.store;
  const due = await watches.due(deps.clock(), A_RUN);
  const looked = await aFewAtOnce(due, AT_ONCE, async (key) => {
    if (isStopping()) return;
    const watch = await watches.claim(key, deps.clock(), leaseMs);
    if (!watch) return;
    const renew = () => watches.renew(watch, deps.clock(), leaseMs);
    await renewing(leaseMs / 4, renew, () => lookAt(deps, watch));
  });
  allOf(looked);
}
