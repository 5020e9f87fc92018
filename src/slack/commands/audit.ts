/** Owns `/payout audit`: the latest rows in an answer, or all of them as a CSV file in direct messages. */

import { Unavailable } from '../../errors.ts';
import { formatIst } from '../../payouts/time.ts';
import { readAudit } from '../../payouts/audit.ts';
import { slackSays } from '../answer-error.ts';
import type { Context } from '../context.ts';
import type { CommandOf } from '../parse/command.ts';
import { AUDIT_FILE, auditCsv } from '../views/audit-csv.ts';
import { auditList } from '../views/audit-list.ts';
import { notice } from '../views/notices.ts';
import { SlackFailure } from '../api/client.ts';

export async function audit(context: Context, command: CommandOf<'audit'>): Promise<void> {
  const { name: _name, ...query } = command;
  const report = await readAudit(context.deps, context.actor, query);
  const now = context.deps.clock();
  if (!query.csv) {
    await context.answer(auditList(report, now));
    return;
  }
  const file = {
    name: 'payout-desk-audit.csv',
    title: `Payout Desk audit, ${formatIst(now)}`,
    content: auditCsv(report.rows),
    comment: report.more ? AUDIT_FILE.newest : AUDIT_FILE.whole,
  };
  try {
    await context.messenger.fileToPerson(context.actor.userId, file);
  } catch (error) {
    if (!(error instanceof SlackFailure)) throw error;
    context.log.warn({ code: error.code }, 'file upload failed');
    throw new Unavailable(`${AUDIT_FILE.notSent} ${slackSays(error)}`, { cause: error });
  }
  await context.answer(notice(AUDIT_FILE.sent));
}
