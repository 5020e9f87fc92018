/** Owns `/payout help`. */

import type { Context } from '../context.ts';
import type { CommandOf } from '../parse/command.ts';
import { help as helpMessage } from '../views/help.ts';

export async function help(context: Context, command: CommandOf<'help'>): Promise<void> {
  await context.answer(helpMessage(command.about));
}
