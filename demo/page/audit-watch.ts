/** Owns reading the stored audit for the scenes: what was approved when Payout Desk ended, and whether the chain is intact. */

import { verdictLine } from '../../src/cli/audit-commands.ts';
import { openAudit } from '../../src/store/database.ts';
import type { Stage } from '../stage.ts';

export interface AuditWatch {
  /** Looks which approved cancellations had not been sent when Payout Desk ended. */
  deskEnded(): void;
  /** Links whose cancellation was approved and not sent yet when Payout Desk ended. */
  readonly betweenApprovalAndCall: ReadonlySet<string>;
  /** Verifies the chain, once until it is intact; the line of `npm run audit -- verify` when it was. */
  verified(): string | undefined;
  close(): Promise<void>;
}

/** The last instant that ISO text with a year of four digits can name. */
const END_OF_TIME = Date.parse('9999-12-31T00:00:00Z');
const OPEN: ReadonlySet<string> = new Set(['cancel.approved', 'cancel.started', 'cancel.rescheduled']);

export function createAuditWatch(
  { databaseUrl, instantpay }: Pick<Stage, 'databaseUrl' | 'instantpay'>,
  changed: () => void,
): AuditWatch {
  const between = new Set<string>();
  let verdict: string | undefined;
  let verifying = false;
  let work: Promise<void> = Promise.resolve();

  /** One after the other; what cannot be read is looked at again the next time. */
  const read = (does: (audit: OpenAudit) => Promise<void>): void => {
    work = work.then(async () => {
      const records = await openAudit(databaseUrl);
      try {
        await does(records.audit);
      } finally {
        await records.close();
      }
    });
    work = work.catch(() => {});
  };

  return {
    betweenApprovalAndCall: between,
    deskEnded() {
      const called = new Set(instantpay.callsOf('cancel').map(({ linkId }) => linkId));
      read(async (audit) => {
        const last = new Map<string, string>();
        for await (const { linkId, action } of audit.rows(0, END_OF_TIME))
          if (linkId !== undefined && action.startsWith('cancel.')) last.set(linkId, action);
        for (const [linkId, action] of last) if (OPEN.has(action) && !called.has(linkId)) between.add(linkId);
        changed();
      });
    },
    verified() {
      if (verdict === undefined && !verifying) {
        verifying = true;
        read(async (audit) => {
          const found = await audit.verify([]);
          if (found.intact) verdict = verdictLine(found);
          changed();
        });
        void work.then(() => (verifying = false));
      }
      return verdict;
    },
    close: () => work,
  };
}

type OpenAudit = Awaited<ReturnType<typeof openAudit>>['audit'];
