/**
 * Owns the alerts: each fires when its fault happens, none while Payout Desk works, and each has its section in the runbook. Where
 * promtool is to be had (PROMTOOL, or in the path), it is given the same series and has to agree.
 */

import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, onTestFinished, test } from 'vitest';
import { stringify } from 'yaml';
import { WELL_KNOWN } from '../../fakes/instantpay/seed.ts';
import { HOUR_MS } from '../../src/payouts/time.ts';
import { approve, askToCancel } from '../features/steps.ts';
import { ROOT } from '../house/sources.ts';
import { FAULTS } from './faults.ts';
import { namesIn, parse, type Scrape } from './promql.ts';
import { firing, openWatched, type Rule, RULES, STEP_S } from './watched-bot.ts';

const ALERTS = join(ROOT, 'deploy/prometheus/alerts.yml');
/** What promtool is asked afterwards. */
const forPromtool: object[] = [];

test('every rule has a fault', () => {
  expect(RULES.map(({ alert }) => alert).toSorted()).toEqual(Object.keys(FAULTS).toSorted());
});

test.each(RULES.map((rule) => [rule.alert, rule] as const))('%s fires', async (name, rule) => {
  const fault = FAULTS[name];
  if (!fault) throw new Error('no fault');
  const watched = await openWatched(fault.options);
  onTestFinished(() => watched.bot.close());
  await watched.scrape();
  await watched.minutes(1);
  expect(firing(rule, watched.scrapes)).toBe(false);
  await fault.happens(watched);
  expect(firing(rule, watched.scrapes)).toBe(true);
  forPromtool.push(unitTest(watched.scrapes, [rule], true));
});

test('none fires while Payout Desk works', async () => {
  const watched = await openWatched({ env: { DIGEST_CHANNEL: 'C0DIGESTS', DIGEST_CRON: '0 12 * * *' } });
  const { bot } = watched;
  onTestFinished(() => bot.close());
  await watched.scrape();
  const { card } = await askToCancel(bot);
  await watched.minutes(3);
  await approve(bot, card);
  await bot.say(bot.people.operator, `track ${WELL_KNOWN.issued}`);
  await watched.minutes(10, () => bot.pass(0));
  bot.skip(HOUR_MS);
  await bot.app.digest.work();
  await watched.minutes(12, () => bot.pass(0));
  for (const amount of [4, 14, watched.scrapes.length]) {
    const scrapes = watched.scrapes.slice(0, amount);
    expect(RULES.filter((rule) => firing(rule, scrapes)).map(({ alert }) => alert)).toEqual([]);
  }
  forPromtool.push(unitTest(watched.scrapes, RULES, false));
});

test('the runbook has a section for each rule, and no other', async () => {
  const runbook = await readFile(join(ROOT, 'docs/runbook.md'), 'utf8');
  const sections = [...runbook.matchAll(/^## (PayoutDesk\w+)$/gm)].map(([, name = '']) => name);
  expect(sections.toSorted()).toEqual(RULES.map(({ alert }) => alert).toSorted());
  for (const { alert, annotations } of RULES) {
    expect(annotations.runbook_url).toBe(`docs/runbook.md#${alert.toLowerCase()}`);
  }
});

/** As `promtool test rules` takes it: the series that these rules ask for, minute by minute. */
function unitTest(scrapes: readonly Scrape[], rules: readonly Rule[], fires: boolean): object {
  const names = new Set(rules.flatMap(({ expr }) => namesIn(parse(expr))));
  const firstAt = scrapes[0]?.at ?? 0;
  const minuteOf = (at: number): number => Math.round((at - firstAt) / STEP_S);
  const last = minuteOf(scrapes.at(-1)?.at ?? 0);
  const series = new Map<string, string[]>();
  for (const { at, samples } of scrapes) {
    for (const { name, labels, value } of samples) {
      if (!names.has(name)) continue;
      const inside = Object.entries(labels).map(([key, text]) => `${key}="${text}"`);
      const key = `${name}{${inside.join(',')}}`;
      const values = series.get(key) ?? Array.from({ length: last + 1 }, () => '_');
      values[minuteOf(at)] = String(value);
      series.set(key, values);
    }
  }
  return {
    interval: '1m',
    input_series: [...series].map(([name, values]) => ({ series: name, values: values.join(' ') })),
    promql_expr_test: rules.map(({ alert }) => ({
      expr: `max(ALERTS{alertname="${alert}",alertstate="firing"})`,
      eval_time: `${last}m`,
      exp_samples: fires ? [{ labels: '{}', value: 1 }] : [],
    })),
  };
}

const promtool = process.env['PROMTOOL'] ?? 'promtool';

afterAll(async () => {
  if (spawnSync(promtool, ['--version']).status !== 0) return;
  const folder = await mkdtemp(join(tmpdir(), 'payout-desk-alerts-'));
  try {
    const path = join(folder, 'tests.yml');
    const content = { rule_files: [ALERTS], evaluation_interval: '1m', tests: forPromtool };
    await writeFile(path, stringify(content, { lineWidth: 0, aliasDuplicateObjects: false }));
    execFileSync(promtool, ['check', 'rules', ALERTS], { stdio: 'pipe' });
    execFileSync(promtool, ['test', 'rules', path], { stdio: 'pipe', encoding: 'utf8' });
  } finally {
    await rm(folder, { recursive: true });
  }
});
