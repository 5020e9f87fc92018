/** Owns telling channels of stuck links between digests: finds what is due, and puts it into the outbox of digests. */

import type { Log } from '../log.ts';
import type { Deps } from '../payouts/deps.ts';
import { purposeFilter } from '../payouts/digest/purpose.ts';
import type { EscalationStore } from '../payouts/links/escalation-port.ts';
import { type Escalation, findEscalations, type Place, type Round } from '../payouts/links/escalation.ts';
import { FORGOTTEN_AFTER_MS, KEPT_PROCESSING } from '../payouts/links/processing-feed.ts';
import { DAY_MS, MINUTE_MS } from '../payouts/time.ts';
import { contentOf } from './stuck-notice.ts';

export const STUCK_CRON = '0 */10 * * * *';
/** A tick may come a little early: replicas' clocks differ. */
const WALK_EVERY_MS = 9 * MINUTE_MS;
/** From then on what is still stuck is told in a new message. */
const POST_WITHIN_MS = DAY_MS;

export interface StuckParts {
  deps: Deps;
  escalations: EscalationStore;
  /** The channels with digests of PROCESSING links. */
  places: () => Promise<readonly Place[]>;
  log: Log;
}

/** Where stuck links are told of: in each channel with digests of PROCESSING links, of the purposes that those are about. */
export async function placesOf({ store }: Pick<Deps, 'store'>): Promise<Place[]> {
  const filters = new Map<string, Place['isAbout'][]>();
  for (const { channelId, statuses, purpose, paused } of await store.subscriptions.all()) {
    if (paused || !statuses.includes('PROCESSING')) continue;
    filters.set(channelId, [...(filters.get(channelId) ?? []), purposeFilter(purpose)]);
  }
  return [...filters].map(([channelId, some]) => ({
    channelId,
    isAbout: (link) => some.some((isAbout) => isAbout(link)),
  }));
}

export interface StuckJob {
  run(): Promise<void>;
}

/** Any number of replicas may run it: one walks, and each link is told of once. */
export function createStuckJob({ deps, escalations, places, log }: StuckParts): StuckJob {
  const tried = new Map<string, number>();

  const tell = async ({ channelId, links }: Escalation, { environment }: Round): Promise<void> => {
    const at = deps.clock();
    const isTold = await escalations.tell({
      scheduleId: `stuck ${channelId}`,
      dueAt: at,
      kind: 'stuck',
      channelId,
      content: contentOf(links, { at, environment }),
      expiresAt: at + POST_WITHIN_MS,
      tells: {
        at,
        links: links.map(({ link: { linkId }, age, stage }) => ({ linkId, stage, since: age.since })),
      },
    });
    const facts = { channelId, count: links.length };
    if (isTold) log.info(facts, 'stuck links found');
    else log.info(facts, 'stuck links told by another replica');
  };

  return {
    async run() {
      const where = await places();
      if (where.length === 0 || !(await escalations.claimWalk(deps.clock(), WALK_EVERY_MS))) return;
      const round = await findEscalations(deps, escalations, where, tried);
      if (round.incomplete !== undefined) log.warn({ reason: round.incomplete }, 'stuck links incomplete');
      for (const escalation of round.escalations) await tell(escalation, round);
      const longAgo = deps.clock() - FORGOTTEN_AFTER_MS;
      await escalations.prune(longAgo);
      await deps.store.processing.prune(longAgo, KEPT_PROCESSING);
    },
  };
}
