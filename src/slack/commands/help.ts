/** Owns `/payout help` and `/payout whoami`: what this person can do here. */

import { permissionsOf } from '../../payouts/rights.ts';
import type { Context } from '../context.ts';
import { offersOf } from '../offers-of.ts';
import type { CommandOf } from '../parse/command.ts';
import type { HelpTopic } from '../parse/vocabulary.ts';
import { help as helpMessage } from '../views/help.ts';
import { whoAmI } from '../views/whoami.ts';

export async function help(context: Context, command: CommandOf<'help'>): Promise<void> {
  await helpAbout(context, command.about);
}

export async function helpAbout(context: Context, topic: HelpTopic | undefined): Promise<void> {
  await context.answer(helpMessage(topic, await offersOf(context)));
}

export async function whoami(context: Context): Promise<void> {
  const { deps, actor } = context;
  await context.answer(whoAmI({ ...(await permissionsOf(deps, actor)), now: deps.clock() }));
}
