/** Owns unfurls: below the address of a payout link, its status, amount and expiry; quietly nothing when that fails. */

import { z } from 'zod';
import { isPayoutDeskError } from '../errors.ts';
import { findAllQuietly } from '../payouts/links/find-all.ts';
import type { LinkTarget } from '../payouts/links/target.ts';
import { SlackFailure } from './api/client.ts';
import type { Services } from './context.ts';
import type { Listening } from './listening.ts';
import type { Delivered } from './listen-messages.ts';
import { INSTANT_URL } from './parse/parse-link.ts';
import { teamOf } from './payload.ts';
import { unfurl } from './views/unfurl.ts';

const shared = z.object({
  channel: z.string(),
  user: z.string(),
  message_ts: z.string(),
  is_bot_user_member: z.literal(true),
  user_team: z.string().optional(),
  /** A draft in the composer is nobody’s message yet. */
  source: z.literal('conversations_history').optional(),
  links: z.array(z.object({ url: z.string().max(300) })),
});

/** More addresses in one message are a list, which unfurls would only bury. */
const UNFURLS = 5;

/** Never rejects, and tells nobody: who posted an address asked for nothing. */
export async function hearLinks(
  { inFlight, teamId, log, services }: Listening,
  delivered: Delivered,
): Promise<void> {
  const { data: posted } = shared.safeParse(delivered.event);
  if (!posted || posted.user === delivered.botUserId) return;
  if (teamId !== undefined && teamOf(delivered.teamId, posted.user_team, teamId) !== teamId) return;
  const done = inFlight.accept();
  if (!done) return;
  try {
    await unfurlAll(services, posted);
  } catch (error) {
    if (error instanceof SlackFailure) log.warn({ code: error.code }, 'unfurl refused by Slack');
    else if (isPayoutDeskError(error)) log.info({ kind: error.kind }, 'link not unfurled');
    else log.error({ error }, 'unfurl failed');
  } finally {
    done();
  }
}

async function unfurlAll(
  { deps, messenger }: Services,
  { channel, user, message_ts: ts, links }: z.infer<typeof shared>,
): Promise<void> {
  const urls = [...new Set(links.map(({ url }) => url).filter((url) => INSTANT_URL.test(url)))].slice(
    0,
    UNFURLS,
  );
  if (urls.length === 0) return;
  const targets = urls.map((url): LinkTarget => ({ kind: 'url', url }));
  const found = await findAllQuietly(deps, { userId: user }, targets);
  const now = deps.clock();
  const unfurls = (found ?? []).flatMap(({ links: [link, ...others], environment }, index) => {
    const url = urls[index];
    return url && link && others.length === 0 ? [[url, unfurl(link, { environment, now })] as const] : [];
  });
  if (unfurls.length > 0) await messenger.unfurl({ channelId: channel, ts }, Object.fromEntries(unfurls));
}
