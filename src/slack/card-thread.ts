/** Owns where a message about a request stands: in the channel, or in the thread of the card that it belongs to. */

import type { Batch } from '../payouts/cancel/batch.ts';
import type { CardCopy, CardStore } from '../payouts/cancel/ports.ts';

export interface Thread {
  threadTs: string;
  /** Shown in the channel as well, so that it is found in the channel's history. */
  broadcast: boolean;
}

/** Undefined: in the channel itself, or by direct message. */
export async function threadOf(
  cards: Pick<CardStore, 'of'>,
  { channelId, purpose }: CardCopy,
  { id, requests }: Batch,
): Promise<Thread | undefined> {
  switch (purpose) {
    case 'request':
    case 'approver':
    case 'outcome':
    case 'emergency':
      return undefined;
    case 'nudge':
    case 'deputies':
    case 'administrators':
    case 'question': {
      const card = (await cards.of(id)).find((copy) => copy.purpose === 'request');
      if (card?.ts === undefined || card.channelId !== channelId) return undefined;
      return { threadTs: card.ts, broadcast: purpose !== 'question' };
    }
    case 'thread': {
      const shared = requests.find(({ sharedIn }) => sharedIn !== undefined)?.sharedIn;
      return shared && { threadTs: shared.threadTs, broadcast: false };
    }
  }
}
