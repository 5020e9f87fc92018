/** Owns `/payout audit`: the latest rows in an answer, or all of them as a CSV file in direct messages. */

import { Unavailable } from '../../errors.ts';
import { formatIst } from '../../payouts/time.ts';
import { type AuditQuery, readAudit, readAuditRows } from '../../payouts/audit.ts';
import { slackSays } from '../answer-error.ts';
import type { Context } from '../context.ts';
import type { CommandOf } from '../parse/command.ts';
import { AUDIT_FILE, auditCsv, auditFileName, auditFileWords, auditSent } from '../views/audit-csv.ts';
import { namesIn } from '../../payouts/audit-names.ts';
import { auditList } from '../views/audit-list.ts';
import { notice } from '../views/notices.ts';
import { SlackFailure } from '../api/client.ts';

export async function audit(context: Context, command: CommandOf<'audit'>): Promise<void> {
  const { name: _name, ...query } = command;
  if (query.csv) return sendFile(context, query);
  const report = await readAudit(context.deps, context.actor, query);
  await context.answer(auditList(report, context.deps.clock()));
}

async function sendFile(context: Context, query: AuditQuery): Promise<void> {
  const { deps, actor } = context;
  const found = await readAuditRows(deps, actor, query);
  const now = deps.clock();
  const words = auditFileWords(found, query, now);
  const file = {
    name: auditFileName(found, query, now),
    title: `Payout Desk audit, ${formatIst(now)}`,
    content: auditCsv(found.rows, await namesIn(deps, found.rows)),
    comment: words,
  };
  try {
    await context.messenger.fileToPerson(context.actor.userId, file);
  } catch (error) {
    if (!(error instanceof SlackFailure)) throw error;
    context.log.warn({ code: error.code }, 'file upload failed');
    throw new Unavailable(`${AUDIT_FILE.notSent} ${slackSays(error)}`, { cause: error });
  }
  await context.answer(notice(auditSent(words)));
}
