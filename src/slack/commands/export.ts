/** Owns `/payout export`: the job makes the file and sends it by direct message. */

import { startExport } from '../../payouts/exports/export.ts';
import type { Context } from '../context.ts';
import type { CommandOf } from '../parse/command.ts';
import { EXPORT_STARTED } from '../views/export-message.ts';
import { notice } from '../views/notices.ts';

export async function exportFile(context: Context, command: CommandOf<'export'>): Promise<void> {
  const { deps, actor, deliveryId } = context;
  const { name: _name, ...query } = command;
  await startExport(deps, actor, query, deliveryId ?? deps.newId());
  await context.answer(notice(EXPORT_STARTED));
}
