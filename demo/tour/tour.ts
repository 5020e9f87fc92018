/** Owns what a step of the tour can do: people type, press and fill in, and everything they then see is printed. */

import { formatIstTime } from '../../src/payouts/time.ts';
import type { SlackMessage, SlackView } from '../../fakes/slack/board.ts';
import { type JsonObject, objectOf, textOf } from '../../fakes/slack/json.ts';
import type { FormValues } from '../../fakes/slack/form.ts';
import type { Person } from '../../fakes/slack/person.ts';
import type { ChannelKey, PersonKey } from '../../fakes/slack/workspace.ts';
import type { RunByHand } from '../app-process.ts';
import type { Stage } from '../stage.ts';
import { createPage } from '../terminal/page.ts';
import type { Paint } from '../terminal/paint.ts';
import { asSlackSends } from '../terminal/typed.ts';
import { createWatch, type Noticed, type Shown } from '../terminal/watch.ts';
import { createExpect, type Expect } from './expect.ts';

export interface Step {
  /** What is true when it went well. */
  claim: string;
  play: (tour: Tour) => Promise<void> | void;
}

export interface Chapter {
  title: string;
  steps: readonly Step[];
}

/** What came of something a person did. */
interface Seen {
  messages: readonly Shown[];
  /** What only the person sees, new or replaced. */
  answer: SlackMessage | undefined;
  form: SlackView | undefined;
}

/** With the message itself, in which previews of addresses appear later. */
interface Written extends Seen {
  message: SlackMessage;
}

export interface Tour extends Pick<Stage, 'slack' | 'instantpay' | 'desk' | 'clock' | 'databaseUrl'> {
  expect: Expect;
  types: (who: PersonKey, text: string, options?: { in?: ChannelKey }) => Promise<Seen>;
  /** `copies`: the same click so many times at once. */
  presses: (
    who: PersonKey,
    message: SlackMessage | undefined,
    label: string,
    options?: { nth?: number; copies?: number; stale?: boolean },
  ) => Promise<Seen>;
  chooses: (
    who: PersonKey,
    message: SlackMessage | undefined,
    menu: string,
    choice: string,
    options?: { nth?: number },
  ) => Promise<Seen>;
  fillsIn: (who: PersonKey, form: SlackView | undefined, values: FormValues) => Promise<Seen>;
  /** Writes a message: in a channel, or to Payout Desk itself. */
  writes: (
    who: PersonKey,
    text: string,
    options?: { in?: ChannelKey; thread?: SlackMessage },
  ) => Promise<Written>;
  /** Uses a shortcut, on a message or from the shortcuts menu. */
  uses: (who: PersonKey, shortcut: string, message?: SlackMessage) => Promise<Seen>;
  /** Opens App Home and gives it, once it is there. */
  opensHome: (who: PersonKey) => Promise<SlackView>;
  pressesInHome: (who: PersonKey, label: string) => Promise<Seen>;
  /** App Home, once it has each of these words, or as JSON these keys. */
  homeWith: (who: PersonKey, ...words: string[]) => Promise<SlackView>;
  /** Something happens outside Payout Desk. */
  meanwhile: (what: string, happens: () => void | Promise<void>) => Promise<Seen>;
  /** Time passes for everybody, and these jobs of Payout Desk run. */
  later: (what: string, durationMs: number, ...runs: RunByHand[]) => Promise<Seen>;
  /** The newest message in a channel that reads, or read before an edit, all of these words. */
  find: (channel: ChannelKey, ...words: string[]) => SlackMessage | undefined;
  /** The newest direct message to this person that has these words. */
  told: (who: PersonKey, ...words: string[]) => SlackMessage | undefined;
}

export function createTour(
  stage: Stage,
  print: (text: string) => void,
  paint: Paint,
  fail: (why: string) => void,
): Tour {
  const { slack, instantpay, desk, clock, databaseUrl } = stage;
  const page = createPage(slack, paint);
  const watch = createWatch(slack);
  const expect = createExpect(slack, instantpay, fail);

  const heading = (text: string): void => print(`\n${paint.dim(timeOf(clock()))}  ${paint.bold(text)}\n`);
  const show = (noticed: Noticed): void => {
    for (const shown of noticed.messages) print(`${page.message(shown)}\n`);
    for (const form of noticed.forms) print(`${page.form(form)}\n`);
    for (const { text } of noticed.notices) fail(`Slack said: ${text}`);
  };
  const seenBy = ({ messages, forms }: Noticed, person: Person | undefined): Seen => ({
    messages,
    answer: messages.findLast(({ message }) => message.ephemeralFor === person?.id)?.message,
    form: forms.findLast(({ userId }) => userId === person?.id),
  });
  async function act(
    words: string,
    who: Person | undefined,
    does: () => Promise<unknown> | void,
  ): Promise<Seen> {
    heading(words);
    await does();
    await stage.settle();
    const noticed = watch.next();
    show(noticed);
    return seenBy(noticed, who);
  }
  // It is published after the answer, so it is waited for.
  const homeWith: Tour['homeWith'] = async (who, ...words) => {
    const { id, name } = slack.people[who];
    const view = await slack.waitFor(
      () =>
        slack.views.find(({ type, userId, view: shown }) => {
          const text = JSON.stringify(shown);
          return type === 'home' && userId === id && words.every((word) => text.includes(word));
        }),
      { what: `App Home of ${name} with ${words.join(', ')}`, withinMs: 15_000 },
    );
    await stage.settle();
    print(`${page.form(view)}\n`);
    return view;
  };
  const versionsOf = (message: SlackMessage): string[] =>
    [...message.edits, message].map(({ text, blocks }) => slack.toText({ ...message, text, blocks }));
  const answerAfter = (before: ReadonlySet<SlackMessage>, { id, directMessages }: Person) =>
    slack.allMessages.find(
      (one) =>
        !before.has(one) &&
        one.author === undefined &&
        (one.ephemeralFor === id || one.channel === directMessages),
    );
  const there = (message: SlackMessage | undefined): SlackMessage => {
    if (!message) throw new Error('there is no message to press a button on');
    return message;
  };

  return {
    slack,
    instantpay,
    desk,
    clock,
    databaseUrl,
    expect,
    types(who, text, options = {}) {
      const person = slack.people[who];
      const channel = slack.channels[options.in ?? 'payouts'];
      return act(`${person.name} in #${channel.name}:  /payout ${text}`.trimEnd(), person, () =>
        person.command('/payout', asSlackSends(text, slack), { channel: channel.id }),
      );
    },
    presses(who, message, label, options = {}) {
      const person = slack.people[who];
      const times = options.copies === undefined ? '' : `, ${options.copies} times at once`;
      return act(`${person.name} presses [${label}]${times}`, person, () =>
        person.click(there(message), label, options),
      );
    },
    chooses(who, message, menu, choice, options) {
      const person = slack.people[who];
      return act(`${person.name} chooses ${choice} under ${menu}`, person, () =>
        person.choose(there(message), menu, choice, options),
      );
    },
    fillsIn(who, form, values) {
      const person = slack.people[who];
      const typed = Object.values(values).join(' / ');
      return act(`${person.name} fills in "${typed}" and sends the form`, person, () => {
        if (!form) throw new Error('there is no form to fill in');
        return person.submit(form, values);
      });
    },
    async opensHome(who) {
      const person = slack.people[who];
      await act(`${person.name} opens App Home`, person, () => person.openHome());
      return homeWith(who);
    },
    async writes(who, text, options = {}) {
      const person = slack.people[who];
      const where = options.in && slack.channels[options.in];
      const { thread } = options;
      let message: SlackMessage | undefined;
      const place = where ? `in #${where.name}${thread ? ', in a thread' : ''}` : 'to Payout Desk';
      const seen = await act(`${person.name} ${place}:  ${text}`, person, async () => {
        const channel = where ? { channel: where.id } : {};
        const before = new Set(slack.allMessages);
        const written = await person.write(text, { ...channel, ...(thread && { thread }) });
        ({ message } = written);
        // Slack does not wait for the answer to an event, so the tour does; below an address nothing may be shown.
        const isAnswered = written.delivered.some(({ outbound }) => isMessage(outbound.payload));
        if (isAnswered)
          await slack.waitFor(() => answerAfter(before, person), { what: 'an answer', withinMs: 15_000 });
      });
      return { ...seen, message: there(message) };
    },
    uses(who, shortcut, message) {
      const person = slack.people[who];
      const on = message ? ' on a message' : '';
      return act(`${person.name} uses the shortcut ${shortcut}${on}`, person, () =>
        person.shortcut(shortcut, message ? { message } : {}),
      );
    },
    async pressesInHome(who, label) {
      const person = slack.people[who];
      const view = await person.home();
      return act(`${person.name} presses [${label}] in App Home`, person, () => person.click(view, label));
    },
    homeWith,
    meanwhile: (what, happens) =>
      act(`Meanwhile: ${what}`, undefined, async () => {
        await happens();
      }),
    later: (what, durationMs, ...runs) =>
      act(`Later: ${what}`, undefined, () => stage.skip(durationMs, ...runs)),
    find: (channel, ...words) =>
      slack
        .messages(slack.channels[channel])
        .findLast((message) =>
          versionsOf(message).some((text) => words.every((word) => text.includes(word))),
        ),
    told: (who, ...words) =>
      slack
        .messages(slack.people[who].directMessages)
        .findLast((message) => words.every((word) => slack.toText(message).includes(word))),
  };
}

/** A mention or a direct message. */
function isMessage({ event }: JsonObject): boolean {
  return ['app_mention', 'message'].includes(textOf(objectOf(event).type));
}

function timeOf(instant: number): string {
  return formatIstTime(instant).replace(' IST', '');
}
