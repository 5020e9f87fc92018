/** Owns running a command that does not come as a slash command, with the permission its route asks for. */

import { istDay } from '../payouts/time.ts';
import { requirePermission } from '../payouts/access.ts';
import type { AuditSubject } from '../payouts/audit-entry.ts';
import type { Permission } from '../payouts/policy.ts';
import type { Context } from './context.ts';
import { offersOf } from './offers-of.ts';
import type { CommandOf, NotUnderstood } from './parse/command.ts';
import { parseCommand } from './parse/parse.ts';
import type { CommandName } from './parse/vocabulary.ts';
import { notUnderstood } from './views/suggestions.ts';

/** As `COMMAND_ROUTES`, which imports the handlers that use this. */
export interface Runner {
  route: (name: CommandName) => { subject: AuditSubject; may: Permission | 'anyone' };
  run: <Name extends CommandName>(context: Context, name: Name, command: CommandOf<Name>) => Promise<void>;
}

/** `typed` as Slack sends what follows /payout. */
export async function runTyped(context: Context, typed: string, { route, run }: Runner): Promise<void> {
  const parsed = parseCommand(typed, istDay(context.deps.clock()));
  if (!parsed.ok) return answerNotUnderstood(context, parsed);
  const { command } = parsed;
  const { subject, may } = route(command.name);
  if (may !== 'anyone') {
    const linkId = 'target' in command && command.target.kind === 'id' ? command.target.linkId : undefined;
    await requirePermission(context.deps, context.actor, may, { subject, linkId });
  }
  await run(context, command.name, command);
}

/** Answers what is wrong with a command, and what may have been meant. */
export async function answerNotUnderstood(context: Context, parsed: NotUnderstood): Promise<void> {
  const offers = await offersOf(context);
  await context.answer(notUnderstood(parsed, { seal: context.seal, offers }));
}
