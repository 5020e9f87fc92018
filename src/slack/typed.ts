/** Owns typed text as an interaction's route: the same for a slash command, a mention and a direct message. */

import { istDay } from '../payouts/time.ts';
import { needsForm } from './commands/cancel.ts';
import { offersOf } from './offers-of.ts';
import type { Context } from './context.ts';
import type { Incoming } from './dispatch.ts';
import type { Command, NotUnderstood, Parsed } from './parse/command.ts';
import { parseCommand } from './parse/parse.ts';
import { PROBLEMS } from './parse/problems.ts';
import { no } from './parse/words.ts';
import type { CommandName } from './parse/vocabulary.ts';
import { accessOf, COMMAND_ROUTES, openerOf, runCommand } from './routes.ts';
import { notUnderstood } from './views/suggestions.ts';

type Routed = Pick<Incoming, 'route' | 'subject' | 'may' | 'command' | 'linkId' | 'opens' | 'handle'>;

/** What follows /payout. It may open a form. */
export function slashCommand(text: string, now: number): Routed {
  const parsed = parseCommand(text, istDay(now));
  const asked = askedFor(parsed);
  const name = parsed.ok ? parsed.command.name : (asked ?? 'help');
  return {
    ...routed(name, parsed),
    route: parsed.ok || asked ? `command ${name}` : 'command not understood',
    opens: parsed.ok ? openerOf(parsed.command) : asked && COMMAND_ROUTES[asked].asks,
    async handle(context) {
      if (!asked) await run(context, parsed);
    },
  };
}

/** The same words in a message. No form opens without a click: the link's card has the button that opens it. */
export function typedMessage(text: string, now: number): Routed {
  const parsed = withoutForm(parseCommand(text, istDay(now)));
  const name = parsed.ok ? parsed.command.name : 'help';
  return {
    ...routed(name, parsed),
    route: parsed.ok ? `message ${name}` : 'message not understood',
    handle: (context) => run(context, parsed),
  };
}

function routed(name: CommandName, parsed: Parsed) {
  const { subject, may } = parsed.ok ? accessOf(parsed.command) : COMMAND_ROUTES[name];
  return { subject, may, command: name, linkId: parsed.ok ? linkIdOf(parsed.command) : undefined };
}

async function run(context: Context, parsed: Parsed): Promise<void> {
  if (parsed.ok) await runCommand(context, parsed.command.name, parsed.command);
  else await answerNotUnderstood(context, parsed);
}

/** Answers what is wrong with a command, and what may have been meant. */
async function answerNotUnderstood(context: Context, parsed: NotUnderstood): Promise<void> {
  const offers = await offersOf(context);
  await context.answer(notUnderstood(parsed, { seal: context.seal, offers }));
}

function withoutForm(parsed: Parsed): Parsed {
  if (!parsed.ok || parsed.command.name !== 'cancel' || !needsForm(parsed.command)) return parsed;
  const { targets, loose } = parsed.command;
  const [target, ...others] = targets;
  if (!target || loose || others.length > 0) return no(PROBLEMS.cancelInMessage, 'cancel');
  return { ok: true, command: { name: 'track', target } };
}

/** The command whose form asks for what was not typed; undefined when it was typed, or no form asks for it. */
function askedFor(parsed: Parsed): CommandName | undefined {
  if (parsed.ok || !parsed.missing || !parsed.about) return undefined;
  return COMMAND_ROUTES[parsed.about].asks && parsed.about;
}

/** The link a command names by its ID, for the log and the audit of a refusal. */
function linkIdOf(command: Command): string | undefined {
  const [target, ...more] =
    'targets' in command ? command.targets : 'target' in command ? [command.target] : [];
  return target?.kind === 'id' && more.length === 0 ? target.linkId : undefined;
}
