/** Owns a Payout Desk that is scraped as Prometheus would, on the clock of the test, and its alerts as they fire. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse as parseYaml } from 'yaml';
import { z } from 'zod';
import { openBot, type TestBot, type TestBotOptions } from '../features/bot.ts';
import { ROOT } from '../house/sources.ts';
import { durationS, evaluate, readText, type Scrape } from './promql.ts';

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

/** When each series of a rule began to be true, as Prometheus keeps it: which of them are firing after the last scrape. */
export function firing(rule: Rule, scrapes: readonly Scrape[]): boolean {
  let since = new Map<string, number>();
  for (const { at } of scrapes) {
    const active = evaluate(
      rule.expr,
      scrapes.filter((scrape) => scrape.at <= at),
      at,
    );
    since = new Map(
      active.map(({ labels }) => {
        const key = JSON.stringify(labels);
        return [key, since.get(key) ?? at];
      }),
    );
  }
  const lastAt = scrapes.at(-1)?.at ?? 0;
  return [...since.values()].some((at) => lastAt - at >= durationS(rule.for));
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
