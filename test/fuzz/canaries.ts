/** Owns the search for what must never leave Payout Desk: in its log, its metrics, all that Slack was shown, and its records. */

import { DatabaseSync } from 'node:sqlite';
import { expect } from 'vitest';
import { transactionData } from '../../fakes/instantpay/transactions.ts';
import type { TestBot } from '../features/bot.ts';

/**
 * Stops the app. `more`: further private values that a test has put in; `elsewhere`: further places, read when it has
 * stopped.
 */
export async function expectNothingPrivate(
  bot: TestBot,
  more: readonly string[] = [],
  elsewhere: Readonly<Record<string, () => string>> = {},
): Promise<void> {
  const { slack, instantpay } = bot;
  const passes = slack.deliveries.flatMap(({ responseUrl, triggerId }) => [
    ...(responseUrl ? [new URL(responseUrl).pathname] : []),
    ...(triggerId ? [triggerId] : []),
  ]);
  const secrets = [
    slack.botToken,
    slack.appToken,
    slack.signingSecret,
    instantpay.credentials.clientId,
    instantpay.credentials.clientSecret,
    ...passes,
  ];
  const people = instantpay
    .links()
    .flatMap(({ person, activity }) => [
      person.mobile,
      person.email,
      ...activity.flatMap((entry) => entry.accountNumber ?? []),
    ]);
  const accounts = instantpay.transactions.map((transaction) => transactionData(transaction).order.account);
  // InstantPay masks some of them itself.
  const values = [...people, ...accounts, ...more].filter((value) => !/[*X]{2}/.test(value));
  const canaries = [...new Set([...secrets, ...values])];
  const metrics = await (await fetch(`http://127.0.0.1:${bot.app.port}/metrics`)).text();
  const shown = [
    // What people write themselves is theirs; what stands below it is not.
    ...slack.allMessages.map(({ author, text, blocks, edits, files, unfurls }) => ({
      text: author === undefined ? text : '',
      blocks,
      edits,
      unfurls,
      files: files.map((file) => file.content.toString('utf8')),
    })),
    ...slack.views.map(({ view }) => view),
  ];
  await bot.stop();
  const places = {
    log: bot.lines.join(''),
    metrics,
    messages: JSON.stringify(shown),
    records: recordsOf(bot.databasePath),
    ...Object.fromEntries(Object.entries(elsewhere).map(([place, text]) => [place, text()])),
  };
  for (const [place, text] of Object.entries(places)) {
    expect(text, `${place} must not be empty, or this proves nothing`).not.toBe('');
    expect(leaksOf(text, canaries), place).toEqual([]);
  }
}

export function leaksOf(text: string, canaries: readonly string[]): string[] {
  return canaries.filter((canary) => text.includes(canary) || text.includes(encodeURIComponent(canary)));
}

/** Every plain column of every table. */
export function recordsOf(databasePath: string, isLeftOut: (table: string) => boolean = () => false): string {
  const database = new DatabaseSync(databasePath, { readOnly: true });
  try {
    const tables = database.prepare("select name from sqlite_master where type = 'table'").all();
    return tables
      .filter(({ name }) => !isLeftOut(String(name)))
      .map(({ name }) => JSON.stringify(database.prepare(`select * from "${String(name)}"`).all()))
      .join('\n');
  } finally {
    database.close();
  }
}
