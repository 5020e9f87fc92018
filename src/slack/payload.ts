/** Owns reading Slack's payloads: where a click was made, what it carries, which workspace the person speaks for. */

import { hash } from 'node:crypto';
import { z } from 'zod';
import type { Context } from './context.ts';
import type { FormAt } from './open-form.ts';

/** Returns the workspace a person speaks for: their own one, also in a channel shared with ours. */
export function teamOf(
  team: string | undefined,
  userTeam: string | undefined,
  own: string | undefined,
): string | undefined {
  return [team, userTeam].find((id) => id !== undefined && id !== own) ?? own;
}

/** Returns the ID of a delivery from its trigger, which itself is not kept: it opens a form for who holds it. */
export function deliveryIdOf(triggerId: string): string {
  return hash('sha256', triggerId).slice(0, 32);
}

const containerShape = z.object({
  channel_id: z.string(),
  message_ts: z.string(),
  thread_ts: z.string().optional(),
  is_ephemeral: z.boolean().optional(),
});
const messageShape = z.object({ thread_ts: z.string().optional() });

/** Where a click was made; there is none in App Home. */
export interface ClickPlace {
  message: NonNullable<Context['message']>;
  /** Undefined on the first message of a thread, which is read in the channel. */
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

const viewShape = z.object({
  type: z.literal('modal'),
  id: z.string(),
  hash: z.string().optional(),
  title: z.object({ text: z.string() }),
  private_metadata: z.string().optional(),
});

/** The form that was clicked or submitted; App Home is none. */
export function readForm(view: unknown): FormAt | undefined {
  const { data } = viewShape.safeParse(view);
  if (!data) return undefined;
  return { id: data.id, hash: data.hash, title: data.title.text, metadata: data.private_metadata ?? '' };
}

const actionShape = z.object({
  value: z.string().optional(),
  selected_option: z.object({ value: z.string() }).nullish(),
});

const ACTION_TS = z.object({ action_ts: z.string().regex(/^\d{1,12}(\.\d+)?$/) });

/**
 * Returns how long a click took to arrive, in milliseconds: a replica that was frozen reads it late from its socket.
 * `wallNow`: the wall clock, since Slack stamps clicks by it.
 */
export function readDelayMs(action: unknown, wallNow: number): number {
  const { data } = ACTION_TS.safeParse(action);
  return data ? Math.max(0, Math.round(wallNow - Number(data.action_ts) * 1_000)) : 0;
}

/** Returns a button's value, or that of the option chosen in a select. */
export function readValue(action: unknown): string {
  const { data } = actionShape.safeParse(action);
  return data?.selected_option?.value ?? data?.value ?? '';
}

/** Returns the response_url if it is a command's: the path tells whether a command or a click opened the form. */
export function commandUrlOf(responseUrl: string | undefined): string | undefined {
  const isOfCommand = responseUrl !== undefined && new URL(responseUrl).pathname.startsWith('/commands/');
  return isOfCommand ? responseUrl : undefined;
}
