/** Owns looking at what happened, for the scenes: Slack's messages in all their versions, InstantPay's calls, the audit. */

import type { SlackMessage } from '../../fakes/slack/board.ts';
import { elementsOf } from '../../fakes/slack/find-element.ts';
import { objectOf, objectsOf, textOf } from '../../fakes/slack/json.ts';
import { ACTION_IDS } from '../../src/slack/block-kit/ids.ts';
import type { DemoCall } from '../../fakes/instantpay/server.ts';
import type { Stage } from '../stage.ts';

export interface Eyes {
  /** Each link with a card in the channel of approvals. */
  requested(): string[];
  cardsOf(linkId: string): SlackMessage[];
  /** A version of its card, the present one included, reads so. */
  cardRead(linkId: string, words: string): boolean;
  /** Its card reads so now. */
  cardReads(linkId: string, words: string): boolean;
  canBeDecided(linkId: string): boolean;
  cancelCalls(linkId: string): DemoCall[];
  /** How often an approver's Approve on its card was delivered to Payout Desk and acknowledged. */
  approvals(linkId: string): number;
  /** What Payout Desk showed to this person alone, in every version; default: to anybody. */
  toldAlone(personId?: string): { message: SlackMessage; text: string }[];
  /** What stands in a channel for all, threads included. */
  inChannel(channelId: string): { message: SlackMessage; text: string }[];
}

const LINK_ID = /\b[0-9a-f]{24}\b/g;

export function createEyes({ slack, instantpay }: Pick<Stage, 'slack' | 'instantpay'>): Eyes {
  const approvals = slack.channels.approvals.id;
  const texts = new WeakMap<SlackMessage, { version: number; texts: string[] }>();

  /** The oldest first. An edit changes the last one alone. */
  const versionsOf = (message: SlackMessage): string[] => {
    const known = texts.get(message);
    if (known?.version === message.edits.length) return known.texts;
    const all = [...message.edits, message].map(({ text, blocks }) =>
      slack.toText({ ...message, text, blocks }),
    );
    texts.set(message, { version: message.edits.length, texts: all });
    return all;
  };
  const fromBot = (): SlackMessage[] => slack.allMessages.filter(({ author }) => author === undefined);
  const cards = (): SlackMessage[] =>
    fromBot().filter(
      (one) => one.channel === approvals && !one.ephemeralFor && !one.threadTs && !one.deleted,
    );
  const cardsOf = (linkId: string): SlackMessage[] =>
    cards().filter((card) => versionsOf(card).some((text) => text.includes(linkId)));
  const now = (message: SlackMessage): string => versionsOf(message).at(-1) ?? '';
  const reading = (messages: SlackMessage[]): { message: SlackMessage; text: string }[] =>
    messages.flatMap((message) => versionsOf(message).map((text) => ({ message, text })));

  return {
    requested: () =>
      [
        ...new Set(cards().flatMap((card) => versionsOf(card).flatMap((text) => text.match(LINK_ID) ?? []))),
      ].filter((linkId) => instantpay.link(linkId) !== undefined),
    cardsOf,
    cardRead: (linkId, words) =>
      cardsOf(linkId).some((card) => versionsOf(card).some((text) => text.includes(words))),
    cardReads: (linkId, words) => cardsOf(linkId).some((card) => now(card).includes(words)),
    canBeDecided: (linkId) =>
      cardsOf(linkId).some(({ blocks }) =>
        elementsOf(blocks).some(({ element }) => element.action_id === ACTION_IDS.approvalApprove),
      ),
    cancelCalls: (linkId) => instantpay.callsOf('cancel', linkId),
    approvals(linkId) {
      const stamps = new Set(cardsOf(linkId).map(({ ts }) => ts));
      const approvers = new Set(slack.groups.list.flatMap(({ members }) => members));
      let count = 0;
      for (const { outbound, acks } of slack.deliveries) {
        const { actions, container, user } = outbound.payload;
        const [action] = objectsOf(actions);
        if (action?.action_id !== ACTION_IDS.approvalApprove) continue;
        if (!stamps.has(textOf(objectOf(container).message_ts))) continue;
        if (!approvers.has(textOf(objectOf(user).id))) continue;
        count += acks.filter(({ acknowledged }) => acknowledged).length;
      }
      return count;
    },
    toldAlone: (personId) =>
      reading(
        fromBot().filter(({ ephemeralFor }) =>
          personId === undefined ? ephemeralFor !== undefined : ephemeralFor === personId,
        ),
      ),
    inChannel: (channelId) =>
      reading(fromBot().filter((one) => one.channel === channelId && one.ephemeralFor === undefined)),
  };
}
