/** Owns reading what Slack sends of a click: where it was, what it carries, whose team it speaks for. */

import { z } from 'zod';
import type { Context } from './context.ts';

/** The team a request speaks for: a person of another workspace stays one in a shared channel of ours. */
export function teamOf(
  team: string | undefined,
  userTeam: string | undefined,
  own: string | undefined,
): string | undefined {
  return [team, userTeam].find((id) => id !== undefined && id !== own) ?? own;
}

const containerShape = z.object({
  channel_id: z.string(),
  message_ts: z.string(),
  thread_ts: z.string().optional(),
  is_ephemeral: z.boolean().optional(),
});
const messageShape = z.object({ thread_ts: z.string().optional() });

/** Where a click was made; a click in App Home has no such place. */
export interface ClickPlace {
  message: NonNullable<Context['message']>;
  /** Undefined on the first message of a thread: whoever presses there looks at the channel. */
  threadTs: string | undefined;
}

export function readPlace(container: unknown, message: unknown): ClickPlace | undefined {
  const { data } = containerShape.safeParse(container);
  if (!data) return undefined;
  const { channel_id: channelId, message_ts: ts } = data;
  const threadTs = data.thread_ts ?? messageShape.safeParse(message).data?.thread_ts;
  return {
    message: { channelId, ts, ephemeral: data.is_ephemeral === true },
    threadTs: threadTs === ts ? undefined : threadTs,
  };
}

const actionShape = z.object({
  value: z.string().optional(),
  selected_option: z.object({ value: z.string() }).nullish(),
});

const ACTION_TS = z.object({ action_ts: z.string().regex(/^\d{1,12}(\.\d+)?$/) });

/**
 * How long a click was under way, in milliseconds: what stands in a socket of a frozen process is read when it thaws.
 * `wallNow` is the wall clock, by which Slack stamps it.
 */
export function readDelayMs(action: unknown, wallNow: number): number {
  const { data } = ACTION_TS.safeParse(action);
  return data ? Math.max(0, Math.round(wallNow - Number(data.action_ts) * 1_000)) : 0;
}

/** A button's value, or the value of the option chosen in a select. */
export function readValue(action: unknown): string {
  const { data } = actionShape.safeParse(action);
  return data?.selected_option?.value ?? data?.value ?? '';
}

/** A form was opened by a command or by a click; of its response_url only Slack's path still says which. */
export function ofCommand(responseUrl: string | undefined): string | undefined {
  const isOfCommand = responseUrl !== undefined && new URL(responseUrl).pathname.startsWith('/commands/');
  return isOfCommand ? responseUrl : undefined;
}
