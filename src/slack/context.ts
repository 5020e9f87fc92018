/** Owns one request of a person as the handlers see it: who, where, and the ways to answer. */

import type { View } from '@slack/web-api';
import { Unavailable } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Actor, Deps } from '../payouts/deps.ts';
import type { KnownStatus } from '../payouts/links/link.ts';
import type { ApprovalCards } from './card-sync.ts';
import type { Message } from './block-kit/blocks.ts';
import { createMeanwhile, type Meanwhile } from './meanwhile.ts';
import type { Messenger, Posted } from './api/messenger.ts';
import type { Seal } from './block-kit/seal.ts';
import { SlackFailure } from './api/client.ts';

/** What all requests share. */
export interface Services {
  deps: Deps;
  messenger: Messenger;
  cards: ApprovalCards;
  seal: Seal;
  approvalChannel: string;
  digestStatuses: readonly KnownStatus[];
}

export interface Context extends Services {
  actor: Actor;
  /** Where it was asked; a direct message's id when there, the person's own in App Home, which is no channel. */
  channelId: string;
  /** The thread it was asked in; without it an answer lands in the channel. */
  threadTs: string | undefined;
  /** What the person can quote when something went wrong. */
  reference: string;
  log: Log;
  /** When the person did it, by the desk's clock; later when Slack does not tell. */
  pressedAt: number;
  /** Slack's ID of what the person did; the same when it is delivered again. */
  delivery: string | undefined;
  /** Slack says that it delivered this before. */
  isRedelivery: boolean;
  /** Where an answer can go for 30 minutes. */
  responseUrl: string | undefined;
  /** The message a click came from. */
  message: (Posted & { ephemeral: boolean }) | undefined;
  /** Tells Slack that it arrived, unless that was done: for what decides, only once that is in the records. */
  acknowledge(): Promise<void>;
  acknowledged(): boolean;
  /** What the person reads while they wait; the answer replaces it. */
  meanwhile: Meanwhile;
  /** To the asker alone; `passing`: never where it would stay, as in direct messages. */
  answer(message: Message, options?: { passing?: boolean }): Promise<void>;
  /** Instead of the message the click came from. */
  replace(message: Message): Promise<void>;
  /** To everybody in the channel. */
  share(message: Message): Promise<void>;
  openView(view: View): Promise<void>;
}

/** A request as it came. */
export interface Origin {
  actor: Actor;
  channelId: string;
  threadTs: string | undefined;
  reference: string;
  log: Log;
  message: Context['message'];
  acknowledge: Context['acknowledge'];
  responseUrl: string | undefined;
  /** The same when it belongs to a command: what was answered there can be replaced by what follows. */
  commandUrl: string | undefined;
  triggerId: string | undefined;
  /** When the person did it, by the desk's clock; later when Slack does not tell. */
  pressedAt: number;
  /** Slack's ID of what the person did; the same when it is delivered again. */
  delivery: string | undefined;
  /** Slack says that it delivered this before. */
  isRedelivery: boolean;
}

/** A request with its ways to answer; when one way is closed the next is tried, so that nobody meets silence. */
export function createContext(services: Services, origin: Origin): Context {
  const { messenger } = services;
  const { actor, channelId, threadTs, responseUrl, commandUrl, triggerId, log } = origin;
  const meanwhile = createMeanwhile(messenger, actor.userId, commandUrl, log);
  let acknowledged = false;
  const isHome = channelId === actor.userId;

  const answer = async (message: Message, { passing = false } = {}): Promise<void> => {
    // A word in direct messages must not be replaced by what may not stay there.
    if (!(passing && meanwhile.stays) && (await meanwhile.replace(message))) return;
    const ways = [
      ...(responseUrl ? [() => messenger.reply(responseUrl, message, { threadTs })] : []),
      ...(isHome ? [] : [() => messenger.ephemeral(channelId, actor.userId, message, threadTs)]),
      ...(passing ? [] : [async () => void (await messenger.message(actor.userId, message))]),
    ];
    let failure: SlackFailure | undefined;
    for (const way of ways) {
      try {
        await way();
        return;
      } catch (error) {
        if (!(error instanceof SlackFailure)) throw error;
        failure = error;
        log.warn({ code: error.code }, 'an answer found its way closed, trying the next');
      }
    }
    throw failure ?? new SlackFailure('no_way_to_answer');
  };

  return {
    ...services,
    ...origin,
    async acknowledge() {
      acknowledged = true;
      await origin.acknowledge();
    },
    acknowledged: () => acknowledged,
    meanwhile,
    answer,
    async replace(message) {
      if (!responseUrl) return answer(message);
      try {
        await messenger.reply(responseUrl, message, { replace: true });
      } catch (error) {
        if (!(error instanceof SlackFailure)) throw error;
        log.warn({ code: error.code }, 'a message could not be replaced');
        if (origin.message && !origin.message.ephemeral) await messenger.update(origin.message, message);
        else await answer(message);
      }
    },
    async share(message) {
      if (responseUrl) await messenger.reply(responseUrl, message, { inChannel: true, threadTs });
      else await messenger.message(channelId, message, threadTs === undefined ? {} : { threadTs });
    },
    async openView(view) {
      try {
        if (!triggerId) throw new SlackFailure('no_trigger');
        await messenger.openView(triggerId, view);
      } catch (error) {
        if (!(error instanceof SlackFailure)) throw error;
        throw new Unavailable('Slack did not open the form in time. Nothing was done; please try again.', {
          cause: error,
        });
      }
    },
  };
}
