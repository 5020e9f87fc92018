/** Owns `/payout audit`: the latest rows in an answer, or all of them as a CSV file in direct messages. */

import { Unavailable } from '../../errors.ts';
import { formatIst } from '../../payouts/time.ts';
import { readAudit } from '../../payouts/audit.ts';
import { slackSays } from '../answer-error.ts';
import type { Context } from '../context.ts';
import type { CommandOf } from '../parse/command.ts';
import { auditCsv } from '../views/audit-csv.ts';
import { auditList } from '../views/audit-list.ts';
import { notice } from '../views/notices.ts';
import { SlackFailure } from '../api/client.ts';

export async function audit(context: Context, command: CommandOf<'audit'>): Promise<void> {
  const { linkId, actorId, csv } = command;
  const report = await readAudit(context.deps, context.actor, { linkId, actorId, csv });
  const now = context.deps.clock();
  if (!csv) {
    await context.answer(auditList(report, now));
    return;
  }
  const file = {
    name: 'payout-desk-audit.csv',
    title: `Payout Desk audit, ${formatIst(now)}`,
    content: auditCsv(report.rows),
    comment: report.more ? 'The newest rows; narrow the question for older ones.' : 'Every row that matches.',
  };
  try {
    await context.messenger.fileToPerson(context.actor.userId, file);
  } catch (error) {
    if (!(error instanceof SlackFailure)) throw error;
    context.log.warn({ code: error.code }, 'file upload failed');
    throw new Unavailable(`The CSV file was not sent. ${slackSays(error)}`, { cause: error });
  }
  await context.answer(notice('The audit is on its way as a CSV file, by direct message.'));
}
