/** Owns what a step of the tour expects, and the message when it does not hold. */

import type { DemoOperation } from '../../fakes/instantpay/faults.ts';
import type { InstantPay } from '../../fakes/instantpay/server.ts';
import type { SlackMessage, SlackView } from '../../fakes/slack/board.ts';
import { elementsOf, labelOf } from '../../fakes/slack/find-element.ts';
import { isObject, textOf } from '../../fakes/slack/json.ts';
import type { LocalSlack } from '../../fakes/slack/slack.ts';
import type { ChannelKey, PersonKey } from '../../fakes/slack/workspace.ts';

type Missing<Thing> = Thing | undefined;

export interface Expect {
  /** Fails the step unless it holds; all others go through it. */
  that(holds: boolean, otherwise: string): void;
  /** It contains each of these. */
  reads(shown: Missing<SlackMessage | SlackView>, ...words: string[]): void;
  /** It contains none of these. */
  lacks(shown: Missing<SlackMessage | SlackView>, ...words: string[]): void;
  onlyFor(message: Missing<SlackMessage>, person: PersonKey): void;
  forAll(message: Missing<SlackMessage>, channel: ChannelKey): void;
  /** These buttons are on it. */
  buttons(message: Missing<SlackMessage>, ...labels: string[]): void;
  noButtons(message: Missing<SlackMessage>, ...labels: string[]): void;
  /** No mention of a channel or of everybody is live in it; the approvers’ group may be mentioned. */
  callsNobody(message: Missing<SlackMessage>): void;
  /** The calls of this operation so far, optionally about one link. */
  calls(operation: DemoOperation, count: number, linkId?: string): void;
}

export function createExpect(slack: LocalSlack, instantpay: InstantPay, fail: (why: string) => void): Expect {
  const that: Expect['that'] = (holds, otherwise) => {
    if (!holds) fail(otherwise);
  };
  const wordsOf = (shown: SlackMessage | SlackView): string => slack.toText(shown).replaceAll(/\s+/g, ' ');
  const labelsOf = (message: SlackMessage): string[] => elementsOf(message.blocks).map(labelOf);
  const insist = <Thing>(thing: Missing<Thing>): Thing | undefined => {
    that(thing !== undefined, 'nothing was shown');
    return thing;
  };
  const words =
    (wanted: boolean): Expect['reads'] =>
    (shown, ...given) => {
      if (!insist(shown) || !shown) return;
      const text = wordsOf(shown);
      for (const word of given) {
        const there = text.includes(word);
        that(there === wanted, `"${word}" ${there ? 'is' : 'is not'} in: ${clip(text)}`);
      }
    };
  const labels =
    (wanted: boolean): Expect['buttons'] =>
    (message, ...given) => {
      if (!insist(message) || !message) return;
      const there = labelsOf(message);
      for (const label of given)
        that(
          there.includes(label) === wanted,
          `the button ${label} is ${wanted ? 'missing' : 'still there'}; there is: ${there.join(', ')}`,
        );
    };
  return {
    that,
    reads: words(true),
    lacks: words(false),
    buttons: labels(true),
    noButtons: labels(false),
    onlyFor(message, person) {
      if (!insist(message)) return;
      const { id, name } = slack.people[person];
      that(message?.ephemeralFor === id, `${name} is not the only one who sees it`);
    },
    forAll(message, channel) {
      if (!insist(message)) return;
      const { id, name } = slack.channels[channel];
      that(message?.channel === id && !message.ephemeralFor, `not everybody in #${name} sees it`);
    },
    callsNobody(message) {
      if (!insist(message) || !message) return;
      const read = [message.text, ...markdownIn(message.blocks)];
      that(!read.some((text) => /<!(?!date\^|subteam\^S0APPROVERS>)/.test(text)), 'it calls a whole channel');
    },
    calls(operation, count, linkId) {
      const made = instantpay.callsOf(operation, linkId).length;
      that(made === count, `InstantPay got ${made} ${operation} calls instead of ${count}`);
    },
  };
}

/** Every text that Slack reads as markup, however deep it lies. */
function markdownIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(markdownIn);
  if (!isObject(value)) return [];
  const own = value.type === 'mrkdwn' ? [textOf(value.text)] : [];
  return [...own, ...Object.values(value).flatMap(markdownIn)];
}

function clip(text: string): string {
  return text.length > 400 ? `${text.slice(0, 399)}…` : text;
}
