/** Owns `npm run doctor`: checks what Payout Desk needs and says what to fix; exits 0 only if nothing fails. Changes nothing. */

import '../node-version.ts';
import { parseArgs } from 'node:util';
import { loadEnvFile } from '../config.ts';
import { examine } from './examine.ts';
import type { Finding } from './finding.ts';

const USAGE = `Usage: npm run doctor [-- --json]
Checks settings, Slack, InstantPay and the store, also while Payout Desk runs. Exits 0 only if nothing fails.
`;
const MARKS = { ok: 'ok  ', warn: 'WARN', fail: 'FAIL' } as const;

loadEnvFile();
const isJson = readOptions();
if (isJson === undefined) {
  process.stderr.write(USAGE);
  process.exitCode = 64;
} else {
  const findings = await examine(process.env);
  const failed = findings.filter(({ verdict }) => verdict === 'fail').length;
  process.stdout.write(
    isJson ? `${JSON.stringify({ canStart: failed === 0, findings })}\n` : inLines(findings),
  );
  process.exitCode = failed === 0 ? 0 : 1;
}

function readOptions(): boolean | undefined {
  try {
    return parseArgs({ options: { json: { type: 'boolean', default: false } } }).values.json;
  } catch {
    return undefined;
  }
}

function inLines(findings: readonly Finding[]): string {
  const lines = findings.map(({ verdict, about, detail }) => `${MARKS[verdict]}  ${about}: ${detail}`);
  const failed = findings.filter(({ verdict }) => verdict === 'fail').length;
  return [...lines, failed === 0 ? 'Payout Desk can start.' : `To fix: ${failed}.`, ''].join('\n');
}
