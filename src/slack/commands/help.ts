/** Owns `/payout help`. */

import type { Call } from '../context.ts';
import type { CommandOf } from '../parse/parse.ts';
import { help as helpMessage } from '../views/help.ts';

export async function help(call: Call, command: CommandOf<'help'>): Promise<void> {
  await call.answer(helpMessage(command.about));
}
