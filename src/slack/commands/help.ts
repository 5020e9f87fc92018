/** Owns `/payout help` and `/payout whoami`: what this person can do here. */

import { offers, permissionsOf } from '../../payouts/rights.ts';
import type { Context } from '../context.ts';
import type { CommandOf } from '../parse/command.ts';
import type { HelpTopic } from '../parse/vocabulary.ts';
import { help as helpMessage } from '../views/help.ts';
import { peopleBlocks, whoAmI } from '../views/whoami.ts';

export async function help(context: Context, command: CommandOf<'help'>): Promise<void> {
  await helpAbout(context, command.about);
}

export async function helpAbout(context: Context, topic: HelpTopic | undefined): Promise<void> {
  const { deps, actor } = context;
  const permissions = await permissionsOf(deps, actor);
  const { rights } = permissions;
  // Guests read neither names nor what they may not do.
  const people = rights.refusal === undefined ? peopleBlocks({ ...permissions, now: deps.clock() }) : [];
  await context.answer(helpMessage(topic, (permission) => offers(rights, permission), people));
}

export async function whoami(context: Context): Promise<void> {
  const { deps, actor } = context;
  await context.answer(whoAmI({ ...(await permissionsOf(deps, actor)), now: deps.clock() }));
}
