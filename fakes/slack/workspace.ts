/** Owns the workspace everybody starts with: its team, people, channels, user groups and the app's scopes. */

/** Guests, bots and deactivated people answer users.info differently; `stranger` is from another company. */
type PersonKind = 'member' | 'guest' | 'single_channel_guest' | 'bot' | 'deactivated' | 'stranger';

export interface PersonProfile {
  id: string;
  handle: string;
  name: string;
  kind: PersonKind;
  isAdmin?: boolean;
}

export interface ChannelProfile {
  id: string;
  name: string;
  isPrivate?: boolean;
  /** False: the bot was never invited. */
  hasBot?: boolean;
  /** Keys of `people`; everybody when left out. */
  members?: readonly string[];
}

export interface GroupProfile {
  id: string;
  handle: string;
  /** User ids. */
  members: readonly string[];
}

export const TEAM = { id: 'T0PAYOUT', name: 'Payout Team', domain: 'payout-team' } as const;

export const BOT = {
  appId: 'A0PAYOUT',
  botId: 'B0PAYOUT',
  userId: 'U0PAYOUT',
  handle: 'payout-desk',
  name: 'Payout Desk',
} as const;

export const PEOPLE = {
  operator: { id: 'U0ASHA', handle: 'asha', name: 'Asha Rao', kind: 'member' },
  approver: { id: 'U0VIKRAM', handle: 'vikram', name: 'Vikram Shah', kind: 'member' },
  secondApprover: { id: 'U0MEERA', handle: 'meera', name: 'Meera Iyer', kind: 'member' },
  outsider: { id: 'U0RAVI', handle: 'ravi', name: 'Ravi Menon', kind: 'guest' },
  admin: { id: 'U0KAVYA', handle: 'kavya', name: 'Kavya Nair', kind: 'member', isAdmin: true },
  deactivated: { id: 'U0SUNIL', handle: 'sunil', name: 'Sunil Das', kind: 'deactivated' },
  otherBot: { id: 'U0ROBOT', handle: 'robot', name: 'Ticket Robot', kind: 'bot' },
  stranger: { id: 'U0OTHERCO', handle: 'dev', name: 'Dev Patel', kind: 'stranger' },
} as const satisfies Record<string, PersonProfile>;

export const CHANNELS = {
  payouts: { id: 'C0PAYOUTS', name: 'payouts' },
  approvals: { id: 'C0APPROVALS', name: 'payout-approvals' },
  digests: { id: 'C0DIGESTS', name: 'payout-digests' },
  withoutBot: { id: 'C0NOBOT', name: 'treasury', hasBot: false },
  privateWithoutBot: { id: 'C0SECRET', name: 'board-room', isPrivate: true, hasBot: false },
} as const satisfies Record<string, ChannelProfile>;

export const GROUPS = {
  approvers: { id: 'S0APPROVERS', handle: 'approvers', members: ['U0VIKRAM', 'U0MEERA'] },
} as const satisfies Record<string, GroupProfile>;

/** What Payout Desk asks for at installation. A test may take some away to see `missing_scope`. */
export const SCOPES = [
  'commands',
  'chat:write',
  'files:write',
  'users:read',
  'usergroups:read',
  'im:write',
  'channels:read',
  'channels:history',
  'groups:history',
  'im:history',
  'groups:read',
  'app_mentions:read',
  'links:read',
  'links:write',
] as const;

/** Whose addresses the app hears of. */
export const UNFURL_DOMAINS = ['instant.pe'] as const;

export type PersonKey = keyof typeof PEOPLE;
export type ChannelKey = keyof typeof CHANNELS;
