/** Owns a Payout Desk that is scraped as Prometheus would, on the clock of the test, and its alerts as they fire. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse as parseYaml } from 'yaml';
import { z } from 'zod';
import { openBot, type TestBot, type TestBotOptions } from '../features/bot.ts';
import { ROOT } from '../house/sources.ts';
import { durationS, evaluate, namesIn, parse, readText, type Scrape } from './promql.ts';

export const TARGET = { job: 'payout-desk', instance: 'payout-desk:9464' };
export const STEP_S = 60;

const file = z.object({
  groups: z.array(
    z.object({
      rules: z.array(
        z.strictObject({
          alert: z.string(),
          expr: z.string(),
          for: z.string().regex(/^\d+[smhd]$/),
          labels: z.strictObject({ severity: z.enum(['critical', 'warning']) }),
          annotations: z.strictObject({ summary: z.string(), runbook_url: z.string() }),
        }),
      ),
    }),
  ),
});

export const RULES = file
  .parse(parseYaml(readFileSync(join(ROOT, 'deploy/prometheus/alerts.yml'), 'utf8')))
  .groups.flatMap(({ rules }) => rules);
export type Rule = (typeof RULES)[number];

/**
 * When each series of a rule began to be true, as Prometheus keeps it: whether one of them fires after the last scrape. Only
 * what the rule selects, and steps of the time in which it can have become true, are looked at.
 */
export function firing(rule: Rule, scrapes: readonly Scrape[]): boolean {
  const lastAt = scrapes.at(-1)?.at ?? 0;
  const expression = parse(rule.expr);
  const names = new Set(namesIn(expression));
  const own = scrapes.map(({ at, samples }) => ({
    at,
    samples: samples.filter(({ name }) => names.has(name)),
  }));
  const from = own.findLastIndex(({ at }) => lastAt - at >= durationS(rule.for));
  if (from === -1) return false;
  const keysAt = (at: number) => evaluate(expression, own, at).map(({ labels }) => JSON.stringify(labels));
  let active = new Set(keysAt(own[from]?.at ?? 0));
  for (const { at } of own.slice(from + 1)) {
    if (active.size === 0) return false;
    active = active.intersection(new Set(keysAt(at)));
  }
  return active.size > 0;
}

export interface WatchedBot {
  bot: TestBot;
  scrapes: Scrape[];
  scrape: () => Promise<void>;
  /** Lets time pass, with a scrape each minute; `before` runs before each. */
  minutes: (amount: number, before?: () => void | Promise<void>) => Promise<void>;
}

export async function openWatched(options: TestBotOptions = {}): Promise<WatchedBot> {
  const bot = await openBot(options);
  const url = `http://127.0.0.1:${bot.app.metricsPort}/metrics`;
  const scrapes: Scrape[] = [];
  const up = (value: number) => ({ name: 'up', labels: TARGET, value });
  const scrape = async (): Promise<void> => {
    const at = bot.clock() / 1_000;
    const text = await fetch(url).then(
      (response) => (response.ok ? response.text() : undefined),
      () => undefined,
    );
    scrapes.push({ at, samples: text === undefined ? [up(0)] : [up(1), ...readText(text, TARGET)] });
  };
  return {
    bot,
    scrapes,
    scrape,
    async minutes(amount, before) {
      for (let minute = 0; minute < amount; minute += 1) {
        bot.skip(STEP_S * 1_000);
        await before?.();
        await scrape();
      }
    },
  };
}
