/** Owns the acknowledgement of one delivery: Slack waits three seconds for it. */

import type { ModalView } from '@slack/web-api';
import type { Log } from '../log.ts';

/** Keeps a submitted form open, with this view in it. */
export interface FormUpdate {
  response_action: 'update';
  view: ModalView;
}

export interface Acknowledgement {
  /** Idempotent; never rejects. Without `update` a submitted form closes. */
  acknowledge(update?: FormUpdate): Promise<void>;
  acknowledged(): boolean;
}

/**
 * A decision is acknowledged after it is stored: if the replica dies before, Slack tells the person that the click
 * failed, and they press again. The exception is in patience.ts: before Slack gives up, a decision that is still not
 * stored is acknowledged, after the person was told so if that was possible.
 */
export function acknowledgeOnce(ack: (update?: FormUpdate) => Promise<void>, log: Log): Acknowledgement {
  let sent: Promise<void> | undefined;
  return {
    acknowledge(update) {
      sent ??= ack(update).catch((error: unknown) => log.warn({ error }, 'acknowledgement failed'));
      return sent;
    },
    acknowledged: () => sent !== undefined,
  };
}
