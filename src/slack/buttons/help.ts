/** Owns the buttons of the help: the common commands in one click. */

import { decodeCommandName, decodeTyped } from '../block-kit/values.ts';
import type { Context } from '../context.ts';
import { approvals } from '../commands/approvals.ts';
import { digest } from '../commands/digest.ts';
import { helpAbout } from '../commands/help.ts';
import { list } from '../commands/list.ts';
import { type Runner, runTyped } from '../run-typed.ts';
import { mustDecode } from './values.ts';

export const helpList = (context: Context): Promise<void> =>
  list(context, { name: 'list', statuses: [], contact: undefined });
export const helpApprovals = (context: Context): Promise<void> => approvals(context);
export const helpDigest = (context: Context): Promise<void> => digest(context);

export async function helpCommand(context: Context, value: string): Promise<void> {
  // The whole help is nobody's usage.
  if (value === 'help') return helpAbout(context, undefined);
  await helpAbout(context, value === 'words' ? 'words' : mustDecode(decodeCommandName(value)));
}

/** Runs what was typed with the suggested command. */
export async function runSuggestion(context: Context, value: string, runner: Runner): Promise<void> {
  await runTyped(context, mustDecode(decodeTyped(value, context.seal)), runner);
}
