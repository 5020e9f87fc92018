/** Owns `npm run doctor`: checks what Payout Desk needs and says what to fix; exits 0 only if nothing fails. */

import '../node-version.ts';
import { loadEnvFile } from '../config.ts';
import { examine } from './examine.ts';

const MARKS = { ok: 'ok  ', warn: 'WARN', fail: 'FAIL' } as const;

loadEnvFile();
const findings = await examine(process.env);
for (const { verdict, about, detail } of findings) {
  process.stdout.write(`${MARKS[verdict]}  ${about}: ${detail}\n`);
}
const failed = findings.filter((finding) => finding.verdict === 'fail').length;
process.stdout.write(failed === 0 ? 'Payout Desk can start.\n' : `To fix: ${failed}.\n`);
process.exitCode = failed === 0 ? 0 : 1;
