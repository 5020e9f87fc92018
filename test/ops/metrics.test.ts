/**
 * Owns what the metrics are after a busy hour: named by Prometheus' conventions, bounded, begun at 0, nothing private; and that
 * docs/metrics.md lists them. `npm test -- test/ops/metrics.test.ts -u` writes it again.
 */

import { expect, onTestFinished, test } from 'vitest';
import { WELL_KNOWN } from '../../fakes/instantpay/seed.ts';
import { openBot } from '../features/bot.ts';
import { approve, askToCancel } from '../features/steps.ts';
import { readText } from './promql.ts';

test('after a busy hour', async () => {
  const bot = await openBot();
  onTestFinished(() => bot.close());
  const scrape = async () => (await fetch(`http://127.0.0.1:${bot.app.metricsPort}/metrics`)).text();
  const series = (text: string) =>
    readText(text, {}).filter(({ name }) => name.startsWith('payout_desk_') && !name.endsWith('_bucket'));
  const keysOf = (text: string) =>
    series(text)
      .filter(({ name }) => /_(total|count)$/.test(name))
      .map(({ name, labels }) => JSON.stringify([name, labels]));
  const before = await scrape();
  const { card } = await askToCancel(bot, { reason: 'canary-7391 for 9820011999' });
  await approve(bot, card);
  for (const text of [`track ${WELL_KNOWN.issued}`, 'list', 'canary-7391', 'txn canary-7391', 'help']) {
    await bot.say(bot.people.operator, text);
  }
  const after = await scrape();
  // Every counter and histogram was there before its first hit.
  const begun = new Set(keysOf(before));
  expect(keysOf(after).filter((key) => !begun.has(key))).toEqual([]);
  expect(after).toContain('payout_desk_cancels_total{outcome="executed"} 1');
  for (const canary of [
    'canary',
    '9820011999',
    WELL_KNOWN.issued,
    bot.people.operator.id,
    bot.slack.botToken,
  ]) {
    expect(after).not.toContain(canary);
  }
  const all = series(after);
  const names = new Set(all.map(({ name }) => name.replace(/_(sum|count)$/, '')));
  for (const name of names) {
    const { type } = describe(after, name);
    if (type === 'counter') expect(name).toMatch(/_total$/);
    else expect(name).not.toMatch(/_total$/);
    if (type === 'histogram') expect(name).toMatch(/_seconds$/);
  }
  const rows = [...names].toSorted().map((name) => {
    const { help, type } = describe(after, name);
    const labels = new Set(
      all
        .filter((one) => one.name.replace(/_(sum|count)$/, '') === name)
        .flatMap((one) => Object.keys(one.labels)),
    );
    return `| \`${name}\` | ${type} | ${[...labels].map((label) => `\`${label}\``).join(', ')} | ${help} |`;
  });
  await expect([...HEAD, ...rows, ''].join('\n')).toMatchFileSnapshot('../../docs/metrics.md');
});

const HEAD = [
  '# Metrics',
  '',
  'At `GET /metrics`, on `METRICS_PORT` when it is set. Besides these, the usual ones of a Node process: `process_*`, `nodejs_*`.',
  'Prometheus renames the label `job` of a metric to `exported_job`.',
  '',
  '| metric | type | labels | |',
  '|---|---|---|---|',
];

function describe(text: string, name: string): { help: string; type: string } {
  const line = (kind: string) => new RegExp(`^# ${kind} ${name} (.*)$`, 'm').exec(text)?.[1] ?? '';
  return { help: line('HELP'), type: line('TYPE') };
}
