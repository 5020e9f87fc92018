/** Owns the words of `/payout`: every command with its usage, its examples and one line on what it is for. */

export const COMMAND_NAMES = [
  'track',
  'list',
  'notify',
  'cancel',
  'approvals',
  'txn',
  'digest',
  'audit',
  'help',
] as const;

export type CommandName = (typeof COMMAND_NAMES)[number];

export interface CommandWords {
  usage: string;
  /** One line: what it is for. */
  summary: string;
  examples: readonly string[];
}

/** What stands for `<link>`, once for all commands. */
export const LINK_FORMS =
  'A link is named by its id (24 hex digits), its instant.pe address, or its recipient: a mobile number, an e-mail address or a name.';

/** The forms of a day that are understood. */
export const DAY_FORMS = '2026-11-20, 20-11-2026, 20 Nov, today or yesterday';

export const COMMAND_WORDS: Readonly<Record<CommandName, CommandWords>> = {
  track: {
    usage: '/payout track <link>',
    summary: 'How a payout link stands: status, amount, recipient, expiry and what happened so far.',
    examples: [
      '/payout track 6578262c5e6c5b4a6d3f1a2b',
      '/payout track https://instant.pe/LS25FH',
      '/payout track Asha Rao',
    ],
  },
  list: {
    usage: '/payout list [status ...] [contact <text>]',
    summary: 'Your payout links, ten a page, by status or recipient.',
    examples: ['/payout list', '/payout list issued expired', '/payout list contact Asha Rao'],
  },
  notify: {
    usage: '/payout notify <link>',
    summary: 'Sends the recipient of an ISSUED link the reminder again.',
    examples: ['/payout notify 6578262c5e6c5b4a6d3f1a2b', '/payout notify asha@example.in'],
  },
  cancel: {
    usage: '/payout cancel <link> [reason]',
    summary: 'Asks a second person to approve the cancelling of an ISSUED link.',
    examples: [
      '/payout cancel 6578262c5e6c5b4a6d3f1a2b duplicate of invoice 118',
      '/payout cancel "Asha Rao" duplicate of invoice 118',
    ],
  },
  approvals: {
    usage: '/payout approvals',
    summary: 'Cancel requests that wait for a decision, yours first.',
    examples: ['/payout approvals'],
  },
  txn: {
    usage: '/payout txn <externalRef> <date> [time] [aeps]',
    summary: 'How a transaction stands, by your own reference and the day it was made.',
    examples: ['/payout txn INV-2026-118 20 Nov', '/payout txn AEPS-77 yesterday 14:30 aeps'],
  },
  digest: {
    usage: '/payout digest',
    summary: "This desk's digest as of now, for you alone.",
    examples: ['/payout digest'],
  },
  audit: {
    usage: '/payout audit [link id or @person] [csv]',
    summary: 'Who did what, when and why; for administrators.',
    examples: ['/payout audit', '/payout audit 6578262c5e6c5b4a6d3f1a2b', '/payout audit @asha csv'],
  },
  help: {
    usage: '/payout help [command]',
    summary: 'What can be done here.',
    examples: ['/payout help', '/payout help cancel'],
  },
};

/** Words people use for a command; they are suggested, never acted on. A map: nothing else can be found in it. */
export const SYNONYMS: ReadonlyMap<string, CommandName> = new Map(
  Object.entries<CommandName>({
    status: 'track',
    show: 'track',
    find: 'track',
    search: 'track',
    link: 'track',
    check: 'track',
    links: 'list',
    ls: 'list',
    all: 'list',
    issued: 'list',
    expired: 'list',
    processing: 'list',
    claimed: 'list',
    cancelled: 'list',
    remind: 'notify',
    reminder: 'notify',
    resend: 'notify',
    nudge: 'notify',
    send: 'notify',
    void: 'cancel',
    revoke: 'cancel',
    stop: 'cancel',
    delete: 'cancel',
    abort: 'cancel',
    transaction: 'txn',
    transactions: 'txn',
    tx: 'txn',
    rrn: 'txn',
    utr: 'txn',
    aeps: 'txn',
    pending: 'approvals',
    request: 'approvals',
    approve: 'approvals',
    reject: 'approvals',
    withdraw: 'approvals',
    requests: 'approvals',
    waiting: 'approvals',
    report: 'digest',
    summary: 'digest',
    log: 'audit',
    history: 'audit',
    who: 'audit',
    commands: 'help',
    hi: 'help',
    hello: 'help',
    '?': 'help',
  }),
);

/** The command of this name, in any case. */
export function commandNamed(word: string): CommandName | undefined {
  const lower = word.toLowerCase();
  return COMMAND_NAMES.find((name) => name === lower);
}
