/** Owns `Stop` of a file that is being made. */

import { stopExport } from '../../payouts/exports/export.ts';
import { decodeExportId } from '../block-kit/values.ts';
import type { Context } from '../context.ts';
import { exportStopped } from '../views/export-message.ts';
import { mustDecode } from './values.ts';

export async function stopExportOf(context: Context, value: string): Promise<void> {
  const { deps, actor } = context;
  const query = await stopExport(deps, actor, mustDecode(decodeExportId(value)));
  await context.replace(exportStopped(query, deps.clock()));
}
