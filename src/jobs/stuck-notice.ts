/** Owns what the outbox keeps of a message on stuck links: facts, from which the message is made when it is posted. */

import { withDeadline } from '../deadline.ts';
import type { Deps } from '../payouts/deps.ts';
import { type DueLink, dueAfter } from '../payouts/links/escalation.ts';
import type { Environment, TrackedLink } from '../payouts/links/link.ts';
import { trackClaims, withTracked } from '../payouts/links/stuck.ts';
import { MINUTE_MS } from '../payouts/time.ts';
import type { Message } from '../slack/block-kit/blocks.ts';
import { type StuckLink, stuckMessage } from '../slack/views/stuck-message.ts';

/** What was looked at within this time is posted without another look. */
const FRESH_MS = MINUTE_MS;
/** Well within the lease of the message. What InstantPay did not tell by then counts as it was. */
const LOOK_MS = 20_000;

interface Content {
  /** When the links were looked at. */
  at: number;
  links: readonly StuckLink[];
  environment?: Environment | undefined;
}

export function contentOf(
  links: readonly DueLink[],
  { at, environment }: Pick<Content, 'at' | 'environment'>,
): Content {
  const kept = links.map(({ link: { linkId, amountPaise, contact }, age, stage }) => ({
    linkId,
    amountPaise,
    contact,
    age,
    stage,
  }));
  return { at, links: kept, environment };
}

/**
 * Returns the message as of now: links that left PROCESSING, or were claimed again, are not named. `over`: none is left.
 * Undefined: the content cannot be read.
 */
export async function messageOf(deps: Deps, content: unknown): Promise<Message | 'over' | undefined> {
  if (!isContent(content)) return undefined;
  const now = deps.clock();
  const links = now - content.at < FRESH_MS ? content.links : await stillStuck(deps, content.links);
  if (links.length === 0) return 'over';
  const { stuckAfterMs, escalateTo } = deps.settings;
  const notice = { links, stuckAfterMs, againAfterMs: dueAfter('again', deps.settings), escalateTo };
  return stuckMessage({ ...notice, environment: content.environment }, now);
}

async function stillStuck(deps: Deps, links: readonly StuckLink[]): Promise<StuckLink[]> {
  const found = new Map<string, TrackedLink>();
  const looked = trackClaims(
    deps,
    links.map(({ linkId }) => linkId),
    found,
  );
  await withDeadline(looked, LOOK_MS, () => undefined);
  const now = deps.clock();
  return links.flatMap((link) => {
    const aged = withTracked(link, found.get(link.linkId));
    const dueAfterMs = dueAfter(link.stage, deps.settings);
    return aged && now - aged.age.since >= dueAfterMs ? [aged] : [];
  });
}

function isContent(content: unknown): content is Content {
  return (
    typeof content === 'object' &&
    content !== null &&
    'at' in content &&
    typeof content.at === 'number' &&
    'links' in content &&
    Array.isArray(content.links) &&
    content.links.every(isLink)
  );
}

function isLink(link: unknown): boolean {
  return (
    typeof link === 'object' &&
    link !== null &&
    'linkId' in link &&
    typeof link.linkId === 'string' &&
    'contact' in link &&
    typeof link.contact === 'object' &&
    'age' in link &&
    typeof link.age === 'object' &&
    'stage' in link
  );
}
