/** Owns several links in one request: stored as the rule stores it, with its card in the approval channel. */

import type { DemoLink } from '../../fakes/instantpay/ledger.ts';
import type { SlackMessage } from '../../fakes/slack/board.ts';
import { freshCopy } from '../../src/payouts/cancel/messages.ts';
import { newBatch } from '../../src/payouts/cancel/request.ts';
import { HOUR_MS } from '../../src/payouts/time.ts';
import { ACTION_IDS, BLOCK_IDS } from '../../src/slack/block-kit/ids.ts';
import { NEW_REQUEST } from '../payouts/setup.ts';
import { read, type TestBot } from './bot.ts';

const BATCH_ID = 'b0000000-0000-4000-8000-000000000001';

export interface Several {
  links: DemoLink[];
  /** The card the approvers see; live. */
  card: SlackMessage;
}

/** Requests so many new links together while the app is stopped, and starts it. */
export async function requestSeveral(
  bot: TestBot,
  count: number,
  { approvalsRequired = 1, emergencyAllowed = false } = {},
): Promise<Several> {
  const links = Array.from({ length: count }, (_, index) =>
    bot.instantpay.addLink({ amountPaise: (index + 1) * 100_000 }),
  );
  const requestedAt = bot.clock();
  const requests = newBatch(
    links.map(({ linkId, amountPaise }, index) => ({
      ...NEW_REQUEST,
      id: index === 0 ? BATCH_ID : `${BATCH_ID}-${String(index + 1).padStart(2, '0')}`,
      batchId: BATCH_ID,
      linkId,
      amountPaise,
      contact: { ...NEW_REQUEST.contact, name: `Recipient ${index + 1}` },
      environment: undefined,
      linkExpiresAt: requestedAt + 48 * HOUR_MS,
      requestedBy: bot.people.operator.id,
      requestedIn: bot.channels.approvals.id,
      requestedAt,
      approvalsRequired,
      emergencyAllowed,
    })),
  );
  await bot.stop();
  await bot.onStore(async (store) => {
    const rows = requests.map(({ linkId, requestedBy }) => ({
      at: requestedAt,
      actorId: requestedBy,
      action: 'cancel.requested' as const,
      linkId,
      cancelRequestId: BATCH_ID,
    }));
    const { id } = bot.channels.approvals;
    const opened = await store.requests.open(requests, rows, [freshCopy('card', BATCH_ID, 'request', id)]);
    if (!opened.opened) throw new Error('The batch was not opened.');
  });
  await bot.start();
  await bot.app.runApprovals();
  const card = await bot.slack.message(
    bot.channels.approvals,
    (message) => read(message).includes('Recipient 1'),
    { what: 'a card for several links' },
  );
  return { links, card };
}

/** What a click sends when these links alone are selected on a card with up to twenty. */
export function selecting(
  links: readonly DemoLink[],
  selected: readonly DemoLink[],
): Record<string, string[]> {
  const ids = new Set(selected.map(({ linkId }) => linkId));
  const values: Record<string, string[]> = {};
  for (let from = 0; from < links.length; from += 10) {
    const shown = links.slice(from, from + 10).map(({ linkId }) => linkId);
    values[`${BLOCK_IDS.linkBoxes}.${from}`] = shown.filter((linkId) => ids.has(linkId));
  }
  return values;
}

export const BOXES = ACTION_IDS.approvalLinks;
