/** Owns the dashboard, and that it and the alerts ask only for what Payout Desk measures. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { WELL_KNOWN } from '../../fakes/instantpay/seed.ts';
import { HOUR_MS } from '../../src/payouts/time.ts';
import { approve, askToCancel } from '../features/steps.ts';
import { ROOT } from '../house/sources.ts';
import { evaluate, matches, parse, selectorsIn } from './promql.ts';
import { openWatched, RULES, type WatchedBot } from './watched-bot.ts';

const TEXT = readFileSync(join(ROOT, 'deploy/grafana/payout-desk.json'), 'utf8');

const source = z.strictObject({ type: z.literal('prometheus'), uid: z.literal('${datasource}') });
const place = z.strictObject({ x: z.int(), y: z.int(), w: z.int().positive(), h: z.int().positive() });
const row = z.object({ id: z.int(), type: z.literal('row'), title: z.string(), gridPos: place });
const chart = z.object({
  id: z.int(),
  type: z.enum(['stat', 'timeseries']),
  title: z.string(),
  gridPos: place,
  datasource: source,
  fieldConfig: z.object({
    defaults: z.object({ unit: z.enum(['short', 's', 'reqps', 'bytes', 'dateTimeAsLocal']) }),
  }),
  targets: z
    .array(
      z.object({ refId: z.string(), datasource: source, expr: z.string().min(1), legendFormat: z.string() }),
    )
    .min(1),
});
const { panels, templating } = z
  .object({
    uid: z.literal('payout-desk'),
    templating: z.object({ list: z.array(z.object({ name: z.string(), type: z.string() })) }),
    panels: z.array(z.discriminatedUnion('type', [row, chart])),
  })
  .parse(JSON.parse(TEXT));
const charts = panels.filter((panel) => panel.type !== 'row');

/** Grafana fills in what fits the step. */
const filled = (query: string): string => query.replaceAll('$__rate_interval', '5m');
const QUERIES = charts.flatMap(({ title, targets }) =>
  targets.map(({ refId, expr }) => [`${title} (${refId})`, filled(expr)] as const),
);

let watched: WatchedBot;
beforeAll(async () => {
  watched = await openWatched({ env: { DIGEST_CHANNEL: 'C0DIGESTS', DIGEST_CRON: '0 12 * * *' } });
  const { bot, scrape, minutes } = watched;
  bot.skip(HOUR_MS);
  await bot.app.digest.work();
  await scrape();
  const { card } = await askToCancel(bot);
  await approve(bot, card);
  await bot.say(bot.people.operator, `track ${WELL_KNOWN.issued}`);
  bot.slack.faults.set('response_url', { kind: 'status', status: 500 });
  await bot.done(() => bot.people.operator.command('/payout', 'help'));
  await minutes(2);
});
afterAll(() => watched.bot.close());

describe('the dashboard', () => {
  test('has its rows, with charts that do not overlap', () => {
    expect(panels.filter(({ type }) => type === 'row').map(({ title }) => title)).toEqual([
      'Requests and cancellations',
      'Digests',
      'Slack',
      'InstantPay',
      'Process and store',
    ]);
    const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, index) => `${x + (index % w)},${y + Math.floor(index / w)}`),
    );
    expect(new Set(cells).size).toBe(cells.length);
    expect(panels.every(({ gridPos: { x, w } }) => x + w <= 24)).toBe(true);
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
  });

  test('asks the data source that is chosen, and names no host', () => {
    expect(templating.list).toEqual([{ name: 'datasource', type: 'datasource' }]);
    expect(TEXT).not.toMatch(/https?:|localhost|\d+\.\d+\.\d+\.\d+|:\d{4}/);
  });

  test.each(QUERIES)('%s has an answer', (_title, query) => {
    const at = watched.scrapes.at(-1)?.at ?? 0;
    const points = evaluate(parse(query), watched.scrapes, at);
    expect(points.length).toBeGreaterThan(0);
    expect(points.filter(({ value }) => !Number.isFinite(value))).toEqual([]);
  });

  test('shows every metric of Payout Desk', () => {
    const shown = new Set(
      QUERIES.flatMap(([, query]) => selectorsIn(parse(query)).map(({ one }) => one.name)),
    );
    const family = (name: string): string => name.replace(/_(bucket|sum|count)$/, '');
    const families = new Set([...shown].map(family));
    const measured = new Set(
      watched.scrapes.flatMap(({ samples }) => samples.map(({ name }) => family(name))),
    );
    const missing = [...measured].filter((name) => name.startsWith('payout_desk_') && !families.has(name));
    expect(missing).toEqual([]);
  });
});

test.each([...QUERIES, ...RULES.map(({ alert, expr }) => [alert, expr] as const)])(
  '%s asks for what is measured',
  (_name, query) => {
    const samples = watched.scrapes.flatMap((scrape) => scrape.samples);
    for (const { by, one } of selectorsIn(parse(query))) {
      const found = samples.filter((sample) => matches(one, sample));
      expect(found, one.name).not.toEqual([]);
      const labels = new Set(found.flatMap((sample) => Object.keys(sample.labels)));
      expect(by.filter((name) => !labels.has(name))).toEqual([]);
      // Each alternative of `a|b` is a value that there is.
      for (const { label, operator, value } of one.matchers) {
        const values = new Set(
          samples.filter(({ name }) => name === one.name).map((sample) => sample.labels[label]),
        );
        const named = operator.endsWith('~') ? value.split('|') : [value];
        expect(named.filter((text) => !values.has(text))).toEqual([]);
      }
    }
  },
);
