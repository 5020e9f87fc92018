/** Owns the prompt: one line after the other, each done and shown before the next. */

import { COMMAND_NAMES } from '../../src/slack/parse/vocabulary.ts';
import type { ChannelProfile } from '../../fakes/slack/workspace.ts';
import type { Stage } from '../stage.ts';
import { CAST, type Role, roleNamed } from './cast.ts';
import { fillForm } from './fill-form.ts';
import { createLines, type Lines } from './lines.ts';
import { createNumbers } from './numbers.ts';
import { createPage } from './page.ts';
import { createOutsideWorld, happenings, troubleWords } from './outside.ts';
import type { Paint } from './paint.ts';
import { readLine, type Typed } from './read-line.ts';
import { createScreen } from './screen.ts';
import { asSlackSends } from './typed.ts';
import { promptHelp, welcome } from './welcome.ts';

/** What comes by itself is shown when it has been quiet for so long. */
const QUIET_MS = 80;

/** Resolves when there are no more lines: at the end of the input, on `quit`, or when `stop` says so. */
export async function runSession(stage: Stage, paint: Paint, stop: AbortSignal): Promise<void> {
  const { slack } = stage;
  const numbers = createNumbers();
  const outside = createOutsideWorld(stage);
  const cancelCalls = (): number => stage.instantpay.callsOf('cancel').length;
  const screen = createScreen(slack, numbers, paint);
  const page = createPage(slack, paint);
  const lines = createLines({ input: process.stdin, output: process.stdout, complete });
  let role: Role = CAST.find(({ name }) => name === 'operator') ?? fail('nobody to be');
  let channel: ChannelProfile = slack.channels[role.channel];
  let busy = false;

  const show = (texts: readonly string[]): void => {
    for (const text of texts) lines.print(`${text}\n`);
  };
  const news = (): void => show(screen.news(role, channel));
  /** Does it, waits until Payout Desk is done with it, shows what came of it, and fills in forms that opened. */
  const act = async (does: () => Promise<unknown>): Promise<void> => {
    const person = slack.people[role.person];
    const callsBefore = cancelCalls();
    await does();
    await stage.settle();
    news();
    if (cancelCalls() !== callsBefore) lines.print(`  ${countedCalls(cancelCalls())}`);
    for (;;) {
      const form = slack.views.findLast(
        (view) => view.type === 'modal' && view.isOpen && view.userId === person.id,
      );
      if (!form) return;
      await fillForm(person, form, { lines, show: (view) => page.form(view), settle: () => stage.settle() });
      await stage.settle();
      news();
    }
  };

  const handle = async (typed: Typed): Promise<void> => {
    const person = slack.people[role.person];
    switch (typed.do) {
      case 'slash': {
        const text = asSlackSends(typed.text, slack);
        return act(() => person.command('/payout', text, { channel: channel.id }));
      }
      case 'press': {
        const button = numbers.find(typed.number);
        const { choice, answer } = readAnswer(typed.choice, button.confirm !== undefined);
        if (button.confirm) {
          lines.print(button.confirm.replaceAll(/^/gm, '    ? '));
          const said = answer ?? (await lines.ask('    Enter is yes, "no" is no > '));
          if (said === undefined || /^(no|n)$/i.test(said.trim()))
            return lines.print('    (answered with no)');
          lines.print('    (answered with yes)\n');
        }
        return act(() => button.press(person, choice));
      }
      case 'clock':
      case 'instantpay':
      case 'recipient':
      case 'kill': {
        let said = '';
        await act(async () => {
          said = await outside.change(typed);
        });
        return lines.print(`  ${said}`);
      }
      case 'become': {
        const next = roleNamed(typed.who, (key) => slack.people[key].handle);
        if (!next) return lines.print(`  There is: ${CAST.map(({ name }) => `as ${name}`).join(', ')}.`);
        role = next;
        channel = slack.channels[role.channel];
        lines.print(`\n  You are ${slack.people[role.person].name}: ${role.may}.\n`);
        return show(screen.unread(role, channel));
      }
      case 'go': {
        const wanted = typed.channel.replace(/^#/, '').toLowerCase();
        const all = Object.values<ChannelProfile>(slack.channels).filter((one) => one.isPrivate !== true);
        const next = all.find(({ name }) => name === wanted);
        if (!next) return lines.print(`  There is: ${all.map(({ name }) => `#${name}`).join(', ')}.`);
        channel = next;
        return show(screen.unread(role, channel));
      }
      case 'look': {
        const seen = screen.look(role, channel, typed.count);
        return show(seen.length > 0 ? seen : [`  Nothing stands in #${channel.name} yet.`]);
      }
      case 'help':
        return lines.print(`\n${promptHelp()}\n`);
      case 'unclear':
        return lines.print(`  ${typed.hint}`);
      case 'nothing':
      case 'quit':
        return;
    }
  };

  lines.print(welcome(stage, paint));
  stop.addEventListener('abort', () => lines.close(), { once: true });
  let quiet: NodeJS.Timeout | undefined;
  const unsubscribe = slack.onChange(() => {
    clearTimeout(quiet);
    quiet = setTimeout(() => {
      if (!busy) news();
    }, QUIET_MS);
  });
  try {
    while (!stop.aborted) {
      const line = await ask(lines, role, channel, paint, slack.people[role.person].name);
      if (line === undefined) break;
      const typed = readLine(line);
      if (typed.do === 'quit') break;
      busy = true;
      await handle(typed).catch((error: unknown) => {
        lines.print(`  ${error instanceof Error ? error.message : String(error)}`);
      });
      busy = false;
    }
  } finally {
    clearTimeout(quiet);
    unsubscribe();
    lines.close();
  }
}

function ask(
  lines: Lines,
  role: Role,
  channel: ChannelProfile,
  paint: Paint,
  name: string,
): Promise<string | undefined> {
  return lines.ask(`${paint.bold(`${name} (${role.name})`)} in #${channel.name} > `);
}

/** "Details yes": the choice in a menu, and the answer to what is asked back. */
function readAnswer(typed: string, isAsked: boolean): { choice: string; answer: string | undefined } {
  if (!isAsked) return { choice: typed, answer: undefined };
  const [, choice = typed, answer] = /^(.*?)\s*\b(yes|no|y|n)$/i.exec(typed) ?? [];
  return { choice, answer };
}

function countedCalls(count: number): string {
  const calls = count === 1 ? '1 cancel call' : `${count} cancel calls`;
  return `InstantPay has got ${calls} so far. Press the same number again: it stays at ${count}.`;
}

function complete(line: string): string[] {
  const all = [
    ...COMMAND_NAMES.map((name) => `/payout ${name} `),
    ...CAST.map(({ name }) => `as ${name}`),
    'in #payouts',
    'in #payout-approvals',
    'in #payout-digests',
    'look',
    'clock +1h',
    'clock tomorrow 10:00',
    ...[...troubleWords(), 'off'].map((word) => `instantpay ${word}`),
    ...happenings().map((word) => `recipient ${word} `),
    'kill',
    'help',
    'quit',
  ];
  return all.filter((one) => one.startsWith(line));
}

function fail(why: string): never {
  throw new Error(why);
}
