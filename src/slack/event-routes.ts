/** Owns what is heard of events, by the names that the manifest subscribes to. */

import { z } from 'zod';
import type { EventName } from './block-kit/ids.ts';
import { hearClosed } from './closed-channels.ts';
import { hearLinks } from './listen-links.ts';
import { type Delivered, hearDirectMessage, hearMention } from './listen-messages.ts';
import type { Listening } from './listening.ts';

/** Messages ask for the permission of their command, addresses for that of their author; App Home shows what each may see. */
export const EVENT_ROUTES: Readonly<
  Record<EventName, (listening: Listening, delivered: Delivered) => Promise<void>>
> = {
  app_home_opened: openHome,
  app_mention: hearMention,
  message: hearDirectMessage,
  link_shared: hearLinks,
  channel_archive: hearClosed('channel_archived'),
  channel_deleted: hearClosed('channel_gone'),
  channel_left: hearClosed('not_in_channel'),
  group_archive: hearClosed('channel_archived'),
  group_deleted: hearClosed('channel_gone'),
  group_left: hearClosed('not_in_channel'),
};

const opened = z.object({ user: z.string(), tab: z.string() });

/** Who opens App Home sees what concerns them; who comes for the first time is welcomed. */
async function openHome({ homes }: Listening, { event }: Delivered): Promise<void> {
  const { data } = opened.safeParse(event);
  if (!data) return;
  if (data.tab === 'home') await homes.open(data.user);
  await homes.welcome(data.user);
}
