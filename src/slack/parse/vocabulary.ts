/** Owns the words of `/payout`: each command’s usage, summary, examples and synonyms. */

export const COMMAND_NAMES = [
  'track',
  'list',
  'expiring',
  'stuck',
  'notify',
  'cancel',
  'approvals',
  'away',
  'back',
  'txn',
  'watch',
  'unwatch',
  'watches',
  'digest',
  'export',
  'audit',
  'whoami',
  'help',
] as const;

/** These change something: the same message of Slack’s must not do it twice, and a guess does not propose it. */
export const CHANGING_COMMANDS: ReadonlySet<CommandName> = new Set<CommandName>([
  'notify',
  'cancel',
  'watch',
  'unwatch',
  'away',
  'back',
]);

export type CommandName = (typeof COMMAND_NAMES)[number];

/** What help explains: a command, or the words that Payout Desk uses. */
export type HelpTopic = CommandName | 'words';

export interface CommandWords {
  usage: string;
  /** One line. */
  summary: string;
  examples: readonly string[];
}

export const COMMAND_WORDS: Readonly<Record<CommandName, CommandWords>> = {
  track: {
    usage: '/payout track <link>',
    summary: 'Show a link’s status and details. Without a command, what you enter is looked up.',
    examples: [
      '/payout track 6578262c5e6c5b4a6d3f1a2b',
      '/payout track https://instant.pe/LS25FH',
      '/payout track Asha Rao',
      '/payout 98765 43210',
    ],
  },
  list: {
    usage:
      '/payout list [status ...] [recipient] [since, before or on <day>] [over or under <amount>] [sort newest, expiring or largest]',
    summary: 'List payout links, ten a page. “list save <name>” keeps a list, “list <name>” shows it.',
    examples: [
      '/payout list issued Asha Rao',
      '/payout list since monday over 50000 sort largest',
      '/payout list save urgent issued over 1 lakh',
      '/payout list saved',
    ],
  },
  expiring: {
    usage: '/payout expiring [within]',
    summary: 'List the ISSUED links that expire soon, and send reminders to some or all.',
    examples: ['/payout expiring', '/payout expiring 6 hours', '/payout expiring 2d'],
  },
  stuck: {
    usage: '/payout stuck [for]',
    summary: 'List the links that have been PROCESSING for too long, or for the time given, longest first.',
    examples: ['/payout stuck', '/payout stuck 3 days', '/payout stuck since monday'],
  },
  notify: {
    usage: '/payout notify <link> ...',
    summary: 'Send a reminder to the recipient of an ISSUED link, or of several.',
    examples: [
      '/payout notify 6578262c5e6c5b4a6d3f1a2b',
      '/payout notify asha@example.in',
      '/payout notify 6578262c5e6c5b4a6d3f1a2b 6578262c5e6c5b4a6d3f1a2c',
    ],
  },
  cancel: {
    usage: '/payout cancel <link> ... [reason]',
    summary: 'Request cancellation of ISSUED links; a second person approves.',
    examples: [
      '/payout cancel 6578262c5e6c5b4a6d3f1a2b duplicate of invoice 118',
      '/payout cancel Asha Rao duplicate of invoice 118',
      '/payout cancel 6578262c5e6c5b4a6d3f1a2b 6578262c5e6c5b4a6d3f1a2c wrong amount',
    ],
  },
  approvals: {
    usage: '/payout approvals',
    summary: 'Show requests that wait for a decision, yours first.',
    examples: ['/payout approvals'],
  },
  away: {
    usage: '/payout away [@deputy until <day>]',
    summary: 'Let a deputy decide for you while you are away, or show who is away. For approvers.',
    examples: ['/payout away @asha until 30 Nov', '/payout away @asha until next friday', '/payout away'],
  },
  back: {
    usage: '/payout back',
    summary: 'You are back: your deputy no longer decides for you.',
    examples: ['/payout back'],
  },
  txn: {
    usage: '/payout txn <externalRef> [day] [time] [aeps]',
    summary: 'Check a transaction’s status by your own reference and the day.',
    examples: ['/payout txn INV-2026-118 20 Nov', '/payout txn AEPS-77 yesterday 14:30 aeps'],
  },
  watch: {
    usage: '/payout watch <link or transaction>',
    summary: 'Follow a link or a transaction until it is final; you get a direct message then.',
    examples: [
      '/payout watch 6578262c5e6c5b4a6d3f1a2b',
      '/payout watch Asha Rao',
      '/payout watch INV-2026-118 20 Nov',
      '/payout watch AEPS-77 yesterday aeps',
    ],
  },
  unwatch: {
    usage: '/payout unwatch <link or transaction>',
    summary: 'Stop watching a link or a transaction.',
    examples: ['/payout unwatch 6578262c5e6c5b4a6d3f1a2b', '/payout unwatch INV-2026-118 20 Nov'],
  },
  watches: {
    usage: '/payout watches',
    summary: 'Show what you watch, and stop it.',
    examples: ['/payout watches'],
  },
  digest: {
    usage: '/payout digest [subscribe | list | unsubscribe]',
    summary: 'Show the digest as of now, only visible to you; or the digests that this channel gets.',
    examples: ['/payout digest', '/payout digest list', '/payout digest subscribe'],
  },
  export: {
    usage: '/payout export links [status ...] <from> <to>',
    summary:
      'Get the links created in these days as a CSV file by direct message; “export audit” does the same for the audit.',
    examples: [
      '/payout export links last month',
      '/payout export links claimed expired 1 Nov 15 Nov',
      '/payout export audit november',
    ],
  },
  audit: {
    usage: '/payout audit [link ID or @person] [cancels] [from] [to] [csv]',
    summary: 'Show who did what, when and why. Administrators only.',
    examples: [
      '/payout audit',
      '/payout audit 6578262c5e6c5b4a6d3f1a2b',
      '/payout audit @asha 1 Nov 30 Nov csv',
      '/payout audit cancels last week',
    ],
  },
  whoami: {
    usage: '/payout whoami',
    summary: 'Show what you may do, who approves and who administers.',
    examples: ['/payout whoami'],
  },
  help: {
    usage: '/payout help [command]',
    summary: 'Show what you can do here. “/payout help words” explains statuses and terms.',
    examples: ['/payout help', '/payout help cancel', '/payout help words'],
  },
};

/** Other names of a command. */
export const ALIASES: ReadonlyMap<string, CommandName> = new Map(
  Object.entries<CommandName>({
    status: 'track',
    find: 'track',
    search: 'track',
    show: 'track',
    check: 'track',
    remind: 'notify',
    follow: 'watch',
    unfollow: 'unwatch',
  }),
);

/** Words that ask for a change to a link: they lead to its card, where the buttons are. */
export const CHANGE_WORDS: ReadonlyMap<string, CommandName> = new Map(
  Object.entries<CommandName>({
    void: 'cancel',
    revoke: 'cancel',
    stop: 'cancel',
    delete: 'cancel',
    abort: 'cancel',
    resend: 'notify',
    reminder: 'notify',
    nudge: 'notify',
  }),
);

/** Other words for a command: suggested, never acted on. A map has no inherited keys. */
export const SYNONYMS: ReadonlyMap<string, CommandName> = new Map([
  ...CHANGE_WORDS,
  ...Object.entries<CommandName>({
    link: 'track',
    links: 'list',
    ls: 'list',
    all: 'list',
    expires: 'expiring',
    expiry: 'expiring',
    soon: 'expiring',
    hanging: 'stuck',
    delayed: 'stuck',
    transaction: 'txn',
    transactions: 'txn',
    tx: 'txn',
    rrn: 'txn',
    utr: 'txn',
    aeps: 'txn',
    watching: 'watches',
    watched: 'watches',
    request: 'approvals',
    approve: 'approvals',
    reject: 'approvals',
    withdraw: 'approvals',
    requests: 'approvals',
    waiting: 'approvals',
    deputy: 'away',
    delegate: 'away',
    leave: 'away',
    vacation: 'away',
    holiday: 'away',
    report: 'digest',
    summary: 'digest',
    csv: 'export',
    download: 'export',
    file: 'export',
    log: 'audit',
    history: 'audit',
    who: 'audit',
    rights: 'whoami',
    permissions: 'whoami',
    approvers: 'whoami',
    admins: 'whoami',
    commands: 'help',
    hi: 'help',
    hello: 'help',
    '?': 'help',
  }),
]);

/** The command of this name or alias, in any case. */
export function commandNamed(word: string): CommandName | undefined {
  const lower = word.toLowerCase();
  return COMMAND_NAMES.find((name) => name === lower) ?? ALIASES.get(lower);
}
