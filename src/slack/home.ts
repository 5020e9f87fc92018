/** Owns the App Home: what the desk can do, for somebody who has not typed anything yet. */

import { viewBlocks } from './block-kit/blocks.ts';
import type { Messenger } from './api/messenger.ts';
import { help } from './views/help.ts';

export async function publishHome(messenger: Messenger, userId: string): Promise<void> {
  await messenger.publishHome(userId, {
    type: 'home',
    blocks: viewBlocks(help(undefined, { inHome: true }).blocks),
  });
}
