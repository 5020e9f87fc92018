/** Owns which code mutation testing changes, and which tests have to notice: those beside it, so that each run takes a moment. */

interface Area {
  mutate: string[];
  tests: string[];
}

const AREAS: Readonly<Record<string, Area>> = {
  /** Ports and deps.ts are types, apart from one list of words: nothing to change. */
  payouts: {
    mutate: ['src/payouts/**/*.ts', '!src/payouts/**/*port*.ts', '!src/payouts/deps.ts'],
    tests: ['test/payouts/**/*.test.ts'],
  },
  instantpay: {
    mutate: [
      'src/instantpay/{adapter,transport,send,requests,retry,pace,write,walk,walk-state,page-size}.ts',
    ],
    tests: [
      'test/instantpay/{adapter,writes,secure-writes,too-late,wire,send,reads,errors,pace,walk*}.test.ts',
    ],
  },
  jobs: {
    mutate: ['src/jobs/*.ts'],
    // A month is long, and would be played for each change.
    tests: ['test/jobs/*.test.ts', '!test/jobs/month*.test.ts'],
  },
  /** The reconciler of approval cards. */
  cards: {
    mutate: ['src/slack/{card-sync,card-copy,card-duplicates,advance-and-show}.ts'],
    tests: ['test/slack/{card-*,advance-and-show}.test.ts'],
  },
  /** Claims, leases and their compare-and-swaps, on both engines. */
  store: {
    mutate: [
      'src/store/{auto-reminders,cards,cooldowns,delegations,digests,digest-messages,escalations,homes,known-links,leased-rows,processing,reminder-runs,saved-lists,tellings,transactions,watches,watch-looks,watch-messages,lease}.ts',
    ],
    tests: [
      'test/store/{auto-reminders,batches,cards,claims,cooldowns,delegations,digests,digest-files,digest-states,escalations,export-runs,homes,known-links,processing,reminder-runs,saved-lists,subscriptions,watches}*.test.ts',
    ],
  },
};

const name = process.env['AREA'] ?? 'payouts';
const chosen = AREAS[name];
if (!chosen) throw new Error(`AREA: one of ${Object.keys(AREAS).join(', ')} is expected.`);

export const area = chosen;
