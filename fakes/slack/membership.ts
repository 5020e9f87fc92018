/** Owns the refusal to write where the bot was not invited. */

import type { JsonObject } from './json.ts';
import { listOf } from './json.ts';
import type { MethodContext } from './methods.ts';
import { failure } from './refusal.ts';
import { BOT } from './workspace.ts';

/** Emulate lets anybody into a public channel; Slack wants the bot invited. Who is a member, emulate knows. */
export async function refuseOutsider(
  context: MethodContext,
  channel: string,
): Promise<JsonObject | undefined> {
  if (!channel.startsWith('C')) return undefined;
  const { members } = await context.upstream.asAdmin('conversations.members', { channel, limit: 1_000 });
  if (members === undefined || listOf(members).includes(BOT.userId)) return undefined;
  const isPrivate = context.channels.some((one) => one.id === channel && one.isPrivate === true);
  return failure(isPrivate ? 'channel_not_found' : 'not_in_channel');
}
