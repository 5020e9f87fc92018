/** Owns the buttons of the help: the common commands without typing. */

import { decodeCommandName } from '../block-kit/actions.ts';
import type { Call } from '../context.ts';
import { approvals } from '../commands/approvals.ts';
import { digest } from '../commands/digest.ts';
import { list } from '../commands/list.ts';
import { help } from '../views/help.ts';
import { mustDecode } from './values.ts';

export const helpList = (call: Call): Promise<void> =>
  list(call, { name: 'list', statuses: [], contact: undefined });
export const helpApprovals = (call: Call): Promise<void> => approvals(call);
export const helpDigest = (call: Call): Promise<void> => digest(call);

export async function helpCommand(call: Call, value: string): Promise<void> {
  await call.answer(help(mustDecode(decodeCommandName(value))));
}
