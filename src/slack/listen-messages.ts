/** Owns mentions and direct messages: they do what the command does, and answer where they were written, privately. */

import { z } from 'zod';
import { CHANGING_COMMANDS } from './parse/vocabulary.ts';
import { HOUR_MS } from '../payouts/time.ts';
import type { Context } from './context.ts';
import { offersOf } from './offers-of.ts';
import type { Incoming } from './dispatch.ts';
import type { Listening } from './listening.ts';
import { afterMention, isForPayoutDesk } from './parse/addressed.ts';
import { teamOf } from './payload.ts';
import { MESSAGE_IN_PASSING } from './route-names.ts';
import { typedMessage } from './typed.ts';
import { briefHelp } from './views/help.ts';

/** A person's message. Edits, joins, files and bots' messages have another shape, and are none of Payout Desk's. */
const message = z.object({
  user: z.string(),
  text: z.string(),
  channel: z.string(),
  ts: z.string(),
  thread_ts: z.string().optional(),
  client_msg_id: z.string().max(100).optional(),
  user_team: z.string().optional(),
  channel_type: z.string().optional(),
  subtype: z.undefined().optional(),
  bot_id: z.undefined().optional(),
  edited: z.undefined().optional(),
});
type Message = z.infer<typeof message>;

export interface Delivered {
  event: unknown;
  eventId: string;
  teamId: string | undefined;
  botUserId: string | undefined;
  retryNum: number | undefined;
}

/** In a channel: the mention begins the message, and a command or a link follows. Anything else gets a short help. */
export async function hearMention(listening: Listening, delivered: Delivered): Promise<void> {
  const { botUserId } = delivered;
  const { data: written } = message.safeParse(delivered.event);
  // Of a mention among direct messages Slack tells as a message.
  if (!written || !botUserId || written.channel.startsWith('D')) return;
  const typed = afterMention(written.text, botUserId);
  await hear(
    listening,
    delivered,
    written,
    typed !== undefined && isForPayoutDesk(typed) ? typed : undefined,
  );
}

/** Every direct message is meant for Payout Desk; in a thread, below a card, it may be a remark to oneself. */
export async function hearDirectMessage(listening: Listening, delivered: Delivered): Promise<void> {
  const { data: written } = message.safeParse(delivered.event);
  if (written?.channel_type !== 'im' || written.text.trim() === '') return;
  const typed = afterMention(written.text, delivered.botUserId ?? '') ?? written.text;
  const isMeant = written.thread_ts === undefined || isForPayoutDesk(typed);
  await hear(listening, delivered, written, isMeant ? typed : undefined);
}

async function hear(
  { dispatch, clock, teamId }: Listening,
  delivered: Delivered,
  written: Message,
  typed: string | undefined,
): Promise<void> {
  if (written.user === delivered.botUserId) return;
  const deliveryId = written.client_msg_id ?? delivered.eventId;
  const routed = typed === undefined ? PASSING : typedMessage(typed, clock());
  await dispatch({
    ...routed,
    handle: (context) => once(context, deliveryId, routed),
    interaction: {
      // Bolt acknowledges an event before its listener runs.
      acknowledge: async () => {},
      acknowledged: () => true,
      actor: { userId: written.user },
      channelId: written.channel,
      threadTs: written.thread_ts,
      message: undefined,
      pressedAt: clock(),
      deliveryId,
      isRedelivery: delivered.retryNum !== undefined,
      responseUrl: undefined,
      commandUrl: undefined,
      triggerId: undefined,
      formAt: undefined,
      isSubmitted: false,
    },
    teamId: teamOf(delivered.teamId, written.user_team, teamId),
    retryNum: delivered.retryNum,
    wait: 'looking up',
  });
}

/** Thanks, remarks and questions to others: a search for them would only be noise. */
const PASSING: Pick<Incoming, 'route' | 'subject' | 'may' | 'command' | 'handle'> = {
  route: MESSAGE_IN_PASSING,
  subject: 'help',
  may: 'anyone',
  command: 'help',
  handle: async (context) => context.answer(briefHelp(await offersOf(context))),
};

/** Slack delivers a message again, to any replica, when it missed the acknowledgement: what changes something is done once. */
async function once(
  context: Context,
  deliveryId: string,
  { command, handle }: Pick<Incoming, 'command' | 'handle'>,
): Promise<void> {
  const { deps } = context;
  if (command && CHANGING_COMMANDS.has(command)) {
    const { claimed } = await deps.store.cooldowns.claim(`message ${deliveryId}`, deps.clock(), HOUR_MS);
    if (!claimed) return;
  }
  await handle(context);
}
