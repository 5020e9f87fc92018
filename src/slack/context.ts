/** Owns the context of one interaction: who did it, where, and the ways to answer. */

import type { View } from '@slack/web-api';
import { Unavailable } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Actor, Deps } from '../payouts/deps.ts';
import type { ToldState } from '../payouts/digest/told.ts';
import type { KnownStatus } from '../payouts/links/link.ts';
import type { ApprovalCards } from './card-sync.ts';
import type { Message } from './block-kit/blocks.ts';
import { createWaitingMessage, type WaitingMessage } from './waiting-message.ts';
import type { Acknowledgement } from './acknowledge.ts';
import { createOpenForm, FORM_NOT_OPENED, type FormAt, type OpenForm } from './open-form.ts';
import type { Messenger, Posted } from './api/messenger.ts';
import type { Seal } from './block-kit/seal.ts';
import type { Homes } from './home/homes.ts';
import type { ReminderRuns } from './reminder-runs.ts';
import { SlackFailure } from './api/client.ts';

/** What all interactions share; made once, at the start. */
export interface Services {
  deps: Deps;
  messenger: Messenger;
  cards: ApprovalCards;
  seal: Seal;
  homes: Homes;
  reminders: ReminderRuns;
  /** Channel ID. */
  approvalChannel: string;
  digestStatuses: readonly KnownStatus[];
  /** What the last scheduled digest told; undefined before the first one. */
  toldDigest: (scheduleId: string) => Promise<ToldState | undefined>;
}

/** One command, click or submitted form, as Slack delivered it. */
export interface Interaction extends Acknowledgement {
  /** Who did it. */
  actor: Actor;
  /** Where: a channel's ID, a direct message's, or, in App Home, the person's own, which is no channel. */
  channelId: string;
  /** Undefined outside threads. Without it an answer in a thread lands in the channel. */
  threadTs: string | undefined;
  /** The message that was clicked; undefined for commands, forms and App Home. */
  message: (Posted & { ephemeral: boolean }) | undefined;
  /** IDs of the links whose boxes are selected on the message; undefined when it has no boxes. May be forged. */
  selectedLinks?: readonly string[] | undefined;
  /** IDs of the requests selected in App Home. May be forged. */
  selectedRequests?: readonly string[] | undefined;
  /** When the person did it, in epoch milliseconds by this replica's clock; when it arrived, if Slack does not tell. */
  pressedAt: number;
  /** Slack's ID of it, the same each time it is delivered; undefined when Slack gives none. */
  deliveryId: string | undefined;
  /** Slack says that it has delivered this before. */
  isRedelivery: boolean;
  /** Takes five answers within 30 minutes; undefined in App Home. */
  responseUrl: string | undefined;
  /** The response_url of the command behind it: what was answered there can be replaced. Undefined for a click. */
  commandUrl: string | undefined;
  /** Opens one form, within 3 s; undefined for a submitted form. */
  triggerId: string | undefined;
  /** The form that was clicked, or submitted to be answered in; undefined for all others. */
  formAt: FormAt | undefined;
  /** Submitted, to be answered in the form: its acknowledgement may be its next view. */
  isSubmitted: boolean;
}

/** What a handler is given. The ways to answer reject with SlackFailure. */
export interface Context extends Services, Interaction {
  /** For the person to quote; `requestId` in the log. */
  supportCode: string;
  log: Log;
  /** How long to wait for what only helps. */
  helpMs: number;
  /** What the person reads while they wait; the answer replaces it. */
  waiting: WaitingMessage;
  /**
   * Answers the person alone, by the first way that is open: response_url, ephemeral message, direct message.
   * `passing`: for private details, which must not stay, so never by direct message.
   */
  answer(message: Message, options?: { passing?: boolean }): Promise<void>;
  /** Puts it in the place of the message that was clicked. */
  replace(message: Message): Promise<void>;
  /** Shows it to everybody in the channel or thread. */
  share(message: Message): Promise<void>;
  /** Rejects with Unavailable when Slack did not open the form in time. */
  openView(view: View): Promise<void>;
  /** The form that is answered in, once it is open. */
  form: OpenForm;
}

/** A person looks at the form by then. */
const HELP_MS = 3_000;

export function createContext(
  services: Services,
  interaction: Interaction,
  {
    supportCode,
    log,
    helpMs = HELP_MS,
  }: Pick<Context, 'supportCode' | 'log'> & { helpMs?: number | undefined },
): Context {
  const { messenger } = services;
  const { actor, channelId, threadTs, responseUrl, triggerId, formAt } = interaction;
  const waiting = createWaitingMessage(messenger, actor.userId, interaction.commandUrl, log);

  const answer: Context['answer'] = async (message, { passing = false } = {}) => {
    // A waiting message among the direct messages would stay, so nothing passing takes its place.
    if (!(passing && waiting.stays) && (await waiting.replace(message))) return;
    await firstOpen(waysToAnswer(messenger, interaction, message, passing), log);
  };

  return {
    ...services,
    ...interaction,
    supportCode,
    log,
    helpMs,
    waiting,
    form: createOpenForm({ ...interaction, messenger, form: formAt, log }),
    answer,
    async replace(message) {
      if (!responseUrl) return answer(message);
      try {
        await messenger.reply(responseUrl, message, { replace: true });
      } catch (error) {
        if (!(error instanceof SlackFailure)) throw error;
        log.warn({ code: error.code }, 'message not replaced, trying the next way');
        const clicked = interaction.message;
        if (clicked && !clicked.ephemeral) await messenger.update(clicked, message);
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
        throw new Unavailable(FORM_NOT_OPENED, { cause: error });
      }
    },
  };
}

type Way = () => Promise<unknown>;

function waysToAnswer(
  messenger: Messenger,
  { actor, channelId, threadTs, responseUrl }: Interaction,
  message: Message,
  passing: boolean,
): Way[] {
  const isHome = channelId === actor.userId;
  // A conversation with Payout Desk is private as it is, and an ephemeral message would vanish from it.
  const isConversation = channelId.startsWith('D') && !passing;
  const ways: Way[] = [];
  if (responseUrl) ways.push(() => messenger.reply(responseUrl, message, { threadTs }));
  if (isConversation)
    ways.push(() => messenger.message(channelId, message, threadTs === undefined ? {} : { threadTs }));
  else if (!isHome) ways.push(() => messenger.ephemeral(channelId, actor.userId, message, threadTs));
  if (!passing) ways.push(() => messenger.message(actor.userId, message));
  return ways;
}

async function firstOpen(ways: readonly Way[], log: Log): Promise<void> {
  let failure: SlackFailure | undefined;
  for (const way of ways) {
    try {
      await way();
      return;
    } catch (error) {
      if (!(error instanceof SlackFailure)) throw error;
      failure = error;
      log.warn({ code: error.code }, 'answer not sent, trying the next way');
    }
  }
  throw failure ?? new SlackFailure('no_way_to_answer');
}
