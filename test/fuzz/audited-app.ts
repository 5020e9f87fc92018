/** Owns the whole app for tests of access: its audit is read while it runs, and at each end nothing private was shown. */

import { afterEach } from 'vitest';
import type { Person } from '../../fakes/slack/person.ts';
import type { AuditRow } from '../../src/payouts/audit-port.ts';
import { MORNING, openBot, type TestBot, type TestBotOptions } from '../features/bot.ts';
import { expectNothingPrivate } from './canaries.ts';

export function auditedApp() {
  let opened: TestBot | undefined;
  const bot = (): TestBot => {
    if (!opened) throw new Error('The test has to open the app first.');
    return opened;
  };
  afterEach(async () => {
    try {
      await expectNothingPrivate(bot());
    } finally {
      await bot().close();
    }
  });
  return {
    get bot(): TestBot {
      return bot();
    },
    open: async (options: TestBotOptions = {}): Promise<TestBot> => (opened = await openBot(options)),
    /** The audit as it is now; the app goes on. */
    auditRows: async (): Promise<AuditRow[]> => {
      await bot().idle();
      await bot().stop();
      const rows = await bot().onStore((store) => Array.fromAsync(store.audit.rows(0, 2 * MORNING)));
      await bot().start();
      return rows;
    },
    cancels: () => bot().instantpay.callsOf('cancel'),
  };
}

export const refusals = (rows: readonly AuditRow[], person: Person): AuditRow[] =>
  rows.filter((row) => row.actorId === person.id && /refused/.test(row.action));

export const outcomesOf = (rows: readonly AuditRow[]): Set<string | undefined> =>
  new Set(rows.map(({ outcome }) => outcome));
