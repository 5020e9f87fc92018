/** Owns the drill: a backup of a running Payout Desk under load, restored by the steps of docs/backup.md, and gone on with. */

import { copyFileSync, chmodSync, existsSync, mkdirSync, renameSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { backupSqlite } from '../../src/store/backup.ts';
import { openAudit } from '../../src/store/database.ts';
import { STATE_TITLES } from '../../src/slack/views/approval-words.ts';
import { MINUTE_MS } from '../../src/payouts/time.ts';
import { openBot, read, type TestBot } from './bot.ts';
import { approve, askToCancel } from './steps.ts';

let bot: TestBot;
afterEach(() => bot.close());

/** The steps of the document: the process is stopped, every file of the store is moved away, the copy takes its place. */
async function restore(backup: string): Promise<void> {
  await bot.stop();
  const old = join(dirname(bot.databasePath), 'old');
  mkdirSync(old);
  for (const suffix of ['', '-wal', '-shm', '.lock']) {
    const file = `${bot.databasePath}${suffix}`;
    if (existsSync(file)) renameSync(file, join(old, `desk.db${suffix}`));
  }
  copyFileSync(backup, bot.databasePath);
  chmodSync(bot.databasePath, 0o600);
}

test('what waited at the backup is decided after the restore, and what was cancelled since is not cancelled again', async () => {
  bot = await openBot();
  const { approver, operator } = bot.people;
  const [first, second] = bot.instantpay.links('ISSUED').map(({ linkId }) => linkId);
  const before = await askToCancel(bot, { linkId: first ?? '' });
  bot.skip(MINUTE_MS);
  const lost = await askToCancel(bot, { linkId: second ?? '' });

  // Under load: people ask while it is copied.
  const backup = join(dirname(bot.databasePath), 'backup.db');
  const asking = Promise.all(
    ['list', 'expiring', 'stuck', 'approvals'].map((text) => operator.command('/payout', text)),
  );
  const { audit } = await backupSqlite(bot.databasePath, backup);
  await asking;
  await bot.idle();
  expect(audit.intact).toBe(true);

  await approve(bot, lost.card);
  await bot.slack.waitFor(() => read(lost.card).includes('Link cancelled'), { what: 'the cancellation' });
  expect(bot.instantpay.callsOf('cancel')).toHaveLength(1);
  expect(bot.instantpay.link(lost.linkId)?.status).toBe('CANCELLED');

  await restore(backup);
  const verified = await openAudit(`sqlite:${bot.databasePath}`);
  expect(await verified.audit.verify([audit.last])).toMatchObject({
    intact: true,
    rowsChecked: audit.rowsChecked,
  });
  await verified.close();
  await bot.start();

  // The one that was approved since waits again; its link is tracked before any call, and is not ISSUED any more.
  const waiting = await bot.say(approver, 'approvals');
  await bot.done(() => approver.click(waiting, 'Approve', { nth: 2 }));
  expect(read(await bot.say(approver, 'approvals'))).not.toContain(lost.linkId);
  expect(bot.instantpay.callsOf('cancel')).toHaveLength(1);
  // The other goes its way, by the buttons of the card that was posted before.
  await approve(bot, before.card);
  expect(bot.instantpay.callsOf('cancel')).toHaveLength(2);
  expect(bot.instantpay.link(before.linkId)?.status).toBe('CANCELLED');
  expect(read(before.card)).not.toContain(STATE_TITLES.pending);
  await bot.pass(MINUTE_MS);
  expect(bot.instantpay.callsOf('cancel')).toHaveLength(2);

  await bot.stop();
  const after = await openAudit(`sqlite:${bot.databasePath}`);
  const verdict = await after.audit.verify([audit.last]);
  await after.close();
  expect(verdict).toMatchObject({ intact: true });
  expect(verdict.rowsChecked).toBeGreaterThan(audit.rowsChecked);
});
