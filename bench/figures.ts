/** Owns the figures of the last run in bench/README.md; what was found is written there by people. */

import { readFile, writeFile } from 'node:fs/promises';
import { availableParallelism, loadavg } from 'node:os';
import { join } from 'node:path';
import type { Result } from './result.ts';

const README = join(import.meta.dirname, 'README.md');
const BEGIN = '<!-- figures of the last run: npm run bench writes them -->';
const END = '<!-- end of the figures -->';

export function judge({ ratio, bound }: Result): { within: boolean; limit: string } {
  const within = ratio >= (bound.atLeast ?? 0) && ratio <= (bound.atMost ?? Infinity);
  return { within, limit: bound.atLeast ? `at least ${bound.atLeast}` : `at most ${bound.atMost}` };
}

export async function writeFigures(results: readonly Result[]): Promise<void> {
  const rows = results.map((result) => {
    const { within, limit } = judge(result);
    return `| ${result.name} | ${result.ratio.toFixed(2)} | ${limit} | ${within ? '' : 'missed'} |`;
  });
  const machine = `Node ${process.version}, ${availableParallelism()} processors, load ${(loadavg()[0] ?? 0).toFixed(1)} at the end.`;
  const table = ['| what | ratio | bound | |', '|---|---|---|---|', ...rows].join('\n');
  const text = await readFile(README, 'utf8');
  const [before = ''] = text.split(BEGIN, 1);
  const after = text.slice(text.indexOf(END));
  await writeFile(README, `${before}${BEGIN}\n\n${machine}\n\n${table}\n\n${after}`);
}
