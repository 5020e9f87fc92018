/** Owns the buttons of the help: the common commands in one click. */

import { requirePermission } from '../../payouts/access.ts';
import { decodeCommandName, decodeTyped } from '../block-kit/values.ts';
import type { Context } from '../context.ts';
import { approvals } from '../commands/approvals.ts';
import { showDigest } from '../commands/digest.ts';
import { helpAbout } from '../commands/help.ts';
import { list } from '../commands/list.ts';
import { slashCommand } from '../typed.ts';
import { mustDecode } from './values.ts';

export const helpList = (context: Context): Promise<void> =>
  list(context, { name: 'list', statuses: [], contact: undefined });
export const helpApprovals = (context: Context): Promise<void> => approvals(context);
export const helpDigest = (context: Context): Promise<void> => showDigest(context);

export async function helpCommand(context: Context, value: string): Promise<void> {
  // The whole help is nobody's usage.
  if (value === 'help') return helpAbout(context, undefined);
  await helpAbout(context, value === 'words' ? 'words' : mustDecode(decodeCommandName(value)));
}

/** The form of a suggested command, if it needs one. */
export async function openSuggestion(context: Context, value: string): Promise<void> {
  const typed = decodeTyped(value, context.seal);
  if (typed !== undefined) await slashCommand(typed, context.deps.clock()).opens?.(context);
}

/** Runs what was typed with the suggested command, with the permission that its route asks for. */
export async function runSuggestion(context: Context, value: string): Promise<void> {
  const typed = mustDecode(decodeTyped(value, context.seal));
  const { subject, may, linkId, handle } = slashCommand(typed, context.deps.clock());
  if (may !== 'anyone') await requirePermission(context.deps, context.actor, may, { subject, linkId });
  await handle(context);
}
