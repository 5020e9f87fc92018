/** Owns which stuck links a channel is told of between digests: once, and once more at three times STUCK_AFTER. */

import type { Deps, Settings } from '../deps.ts';
import type { EscalationStore, ToldAt } from './escalation-port.ts';
import type { TellingStage } from './telling.ts';
import type { Environment, PayoutLink, TrackedLink } from './link.ts';
import { KNOWN_AT_MOST } from './processing-feed.ts';
import { agesOf, type AgedLink, byAge, judgeAge, readProcessing, trackClaims, withTracked } from './stuck.ts';

/** A link that is PROCESSING for so many times STUCK_AFTER is told of again. */
const AGAIN_TIMES = 3;
/** Links whose claims are looked up in one round, and as many that are looked at right before they are told of. */
export const TRACKED_A_ROUND = 100;
/** Links of one message; the next round tells of the others. */
export const TOLD_AT_ONCE = 100;

/** A stuck link that is due to be told of. */
export interface DueLink extends AgedLink {
  age: NonNullable<AgedLink['age']>;
  stage: TellingStage;
}

/** Where stuck links are told of. */
export interface Place {
  channelId: string;
  /** Of its digests: whether they are about this link. */
  isAbout: (link: PayoutLink) => boolean;
}

export interface Escalation {
  channelId: string;
  /** The longest first; at most TOLD_AT_ONCE. */
  links: DueLink[];
}

export interface Round {
  escalations: Escalation[];
  environment: Environment | undefined;
  /** Why links may be missing from this round, in one sentence; the next one finds them. */
  incomplete: string | undefined;
}

/** When each link was last looked up, so that those that were are not in the way of others. */
export type Tried = Map<string, number>;

type Rules = Pick<Settings, 'stuckAfterMs' | 'escalateTo'>;

/** For how long a link is PROCESSING when it is told of in this stage. */
export function dueAfter(stage: TellingStage, { stuckAfterMs }: Pick<Rules, 'stuckAfterMs'>): number {
  return stage === 'again' ? AGAIN_TIMES * stuckAfterMs : stuckAfterMs;
}

/** In which stage the link is due, if it is; what was told before its claim was of an earlier one. */
export function stageDue(
  aged: AgedLink,
  told: ToldAt | undefined,
  rules: Rules,
  now: number,
): TellingStage | undefined {
  const since = aged.age?.since;
  if (since === undefined || judgeAge(aged, rules.stuckAfterMs, now) !== 'stuck') return undefined;
  const isTold = (at: number | undefined): boolean => at !== undefined && at >= since;
  if (isTold(told?.again)) return undefined;
  if (rules.escalateTo.length > 0 && now - since >= dueAfter('again', rules)) return 'again';
  return isTold(told?.first) ? undefined : 'first';
}

/**
 * One round: reads what is PROCESSING, looks up claims that are not known, and returns what is due in each place. Whatever
 * is due was looked at once more: a link that left PROCESSING is not told of. When InstantPay does not tell, the first
 * sighting counts, and what may be stuck is left to a later round.
 */
export async function findEscalations(
  deps: Deps,
  store: Pick<EscalationStore, 'told'>,
  places: readonly Place[],
  tried: Tried,
): Promise<Round> {
  const now = deps.clock();
  const { settings } = deps;
  const { links, environment, incomplete } = await readProcessing(deps);
  await remember(deps, links, incomplete === undefined, now);
  const known = await agesOf(deps, links);
  const tracked = await lookUpClaims(deps, known, tried, now);
  const aged = withAll(known, tracked);
  const dueIn = async (among: readonly AgedLink[]): Promise<Escalation[]> =>
    Promise.all(places.map((place) => dueAt(place, among, store, settings, now)));
  const expected = (await dueIn(aged)).flatMap(({ links: due }) => due).sort(byAge);
  const unseen = [...new Set(expected.map(({ link }) => link.linkId))].filter((id) => !tracked.has(id));
  const seenAgain = await trackClaims(deps, unseen.slice(0, TRACKED_A_ROUND));
  const left = new Set(unseen.slice(TRACKED_A_ROUND));
  const certain = withAll(aged, seenAgain).filter(({ link }) => !left.has(link.linkId));
  const escalations = (await dueIn(certain)).filter(({ links: due }) => due.length > 0);
  return { escalations, environment, incomplete };
}

/**
 * Those that a complete list does not have left PROCESSING: what is known of them is forgotten, so that a later claim is a new
 * one also when nobody saw the status between (R7).
 */
async function remember(
  { store }: Deps,
  links: readonly PayoutLink[],
  isComplete: boolean,
  now: number,
): Promise<void> {
  const here = new Set(links.map(({ linkId }) => linkId));
  const known = isComplete ? await store.processing.known(KNOWN_AT_MOST) : [];
  const gone = known.filter((linkId) => !here.has(linkId));
  await store.processing.seen(
    [
      ...links.map(({ linkId, status }) => ({ linkId, status })),
      ...gone.map((linkId) => ({ linkId, status: 'UNKNOWN' as const })),
    ],
    now,
  );
}

const withAll = (aged: readonly AgedLink[], tracked: ReadonlyMap<string, TrackedLink>): AgedLink[] =>
  aged.flatMap((one) => withTracked(one, tracked.get(one.link.linkId)) ?? []);

/**
 * Of those that may be stuck and have no known claim, and of those whose claim was not looked at for long: one between two
 * rounds is seen by nobody. Those that were looked up lately wait behind the others.
 */
async function lookUpClaims(
  deps: Deps,
  aged: readonly AgedLink[],
  tried: Tried,
  now: number,
): Promise<Map<string, TrackedLink>> {
  const { stuckAfterMs } = deps.settings;
  const asked = aged
    .filter((one) => {
      if (judgeAge(one, stuckAfterMs, now) === 'recent') return false;
      const triedAt = tried.get(one.link.linkId) ?? -Infinity;
      return one.age?.from !== 'claim' || now - triedAt >= stuckAfterMs / 2;
    })
    .map(({ link: { linkId, createdAt } }) => ({
      linkId,
      triedAt: tried.get(linkId) ?? -Infinity,
      createdAt: createdAt ?? -Infinity,
    }))
    // Equal infinities differ by no number.
    .sort((one, other) =>
      one.triedAt === other.triedAt ? one.createdAt - other.createdAt || 0 : one.triedAt - other.triedAt,
    )
    .slice(0, TRACKED_A_ROUND)
    .map(({ linkId }) => linkId);
  const tracked = await trackClaims(deps, asked);
  const present = new Set(aged.map(({ link }) => link.linkId));
  for (const linkId of tried.keys()) if (!present.has(linkId)) tried.delete(linkId);
  for (const linkId of asked) tried.set(linkId, now);
  return tracked;
}

async function dueAt(
  { channelId, isAbout }: Place,
  among: readonly AgedLink[],
  store: Pick<EscalationStore, 'told'>,
  settings: Rules,
  now: number,
): Promise<Escalation> {
  const stuck = among.filter(
    (aged) => isAbout(aged.link) && judgeAge(aged, settings.stuckAfterMs, now) === 'stuck',
  );
  const told = await store.told(
    channelId,
    stuck.map(({ link }) => link.linkId),
  );
  const links = stuck.flatMap((aged): DueLink[] => {
    const stage = stageDue(aged, told.get(aged.link.linkId), settings, now);
    return stage && aged.age ? [{ ...aged, age: aged.age, stage }] : [];
  });
  return { channelId, links: links.sort(byAge).slice(0, TOLD_AT_ONCE) };
}
