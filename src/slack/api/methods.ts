/**
 * Owns which methods of Slack's Web API are called and which events are heard, with the scopes each needs. The manifest and doctor
 * read it, so what is asked for at installation, what is checked and what is used cannot differ.
 */

import type { EventName } from '../block-kit/ids.ts';

/** What each scope is for; `without`: what does not work when it is not granted, of those that are optional. */
export const SCOPES = {
  commands: { why: 'The command /payout and the shortcuts.' },
  'chat:write': { why: 'Cards, digests and answers.' },
  'im:write': { why: 'Direct messages: outcomes, watches, exports, and what a channel cannot take.' },
  'files:write': { why: 'CSV files of exports, of the audit and of digests, and the Monday chart.' },
  'users:read': {
    why: 'Guests, bots and people of other workspaces are identified and refused; names in the audit’s CSV.',
  },
  'usergroups:read': {
    why: 'User groups (S...) in the settings of who may do what.',
    without: 'User groups grant nothing.',
  },
  'channels:history': {
    why: 'After a crash while posting, Payout Desk looks for the message before it posts again.',
    without: 'After a crash while posting, a message may appear twice in public channels.',
  },
  'groups:history': {
    why: 'The same in private channels.',
    without: 'After a crash while posting, a message may appear twice in private channels.',
  },
  'im:history': {
    why: 'The same in direct messages; what people write to Payout Desk there.',
    without:
      'Direct messages to Payout Desk get no answer; after a crash while posting, one may appear twice.',
  },
  'app_mentions:read': { why: 'Mentions of Payout Desk.', without: 'Mentions of Payout Desk get no answer.' },
  'links:read': {
    why: 'Status, amount and expiry below the address of a payout link.',
    without: 'Addresses of payout links get no preview.',
  },
  'links:write': { why: 'The same.', without: 'Addresses of payout links get no preview.' },
  'channels:read': {
    why: 'Doctor checks the channels with it, and a new digest its channel; digests pause where they are archived or left.',
    without: 'Public channels are not checked, and digests do not pause when theirs is archived or left.',
  },
  'groups:read': {
    why: 'The same for private channels.',
    without: 'Private channels are not checked, and digests do not pause when theirs is archived or left.',
  },
} as const satisfies Record<string, { why: string; without?: string }>;

export type Scope = keyof typeof SCOPES;

/** Every method that is called. Where a conversation may be of several kinds, each kind has its own scope. */
export const METHOD_SCOPES = {
  'auth.test': [],
  'chat.delete': ['chat:write'],
  'chat.getPermalink': [],
  'chat.postEphemeral': ['chat:write'],
  'chat.postMessage': ['chat:write'],
  'chat.unfurl': ['links:write'],
  'chat.update': ['chat:write'],
  'conversations.history': ['channels:history', 'groups:history', 'im:history'],
  'conversations.info': ['channels:read', 'groups:read'],
  'conversations.members': ['channels:read', 'groups:read'],
  'conversations.open': ['im:write'],
  'conversations.replies': ['channels:history', 'groups:history', 'im:history'],
  'files.completeUploadExternal': ['files:write'],
  'files.getUploadURLExternal': ['files:write'],
  'usergroups.users.list': ['usergroups:read'],
  'users.info': ['users:read'],
  'views.open': [],
  'views.publish': [],
  'views.update': [],
} as const satisfies Record<string, readonly Scope[]>;

/** By the names that the listeners use: `message` is `message.im` in the manifest. */
export const EVENT_SCOPES: Readonly<Record<EventName, readonly Scope[]>> = {
  app_home_opened: [],
  app_mention: ['app_mentions:read'],
  message: ['im:history'],
  link_shared: ['links:read'],
  channel_archive: ['channels:read'],
  channel_deleted: ['channels:read'],
  channel_left: ['channels:read'],
  group_archive: ['groups:read'],
  group_deleted: ['groups:read'],
  group_left: ['groups:read'],
};

export const SCOPE_NAMES = Object.keys(SCOPES).filter((name): name is Scope => name in SCOPES);

/** What doctor warns of when `scope` is missing; undefined when Payout Desk does not work without it. */
export function lostWithout(scope: Scope): string | undefined {
  const use = SCOPES[scope];
  return 'without' in use ? use.without : undefined;
}
