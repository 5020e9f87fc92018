/** Owns `npm run audit`: proves the audit, or exports a range of it as CSV, beside a running desk. */

import { existsSync, readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { explainStart } from './ops/explain-start.ts';
import { type AuditCommand, exportAudit, verifyAudit } from './ops/audit.ts';

const USAGE = `Usage:
  npm run -s audit -- verify
  npm run -s audit -- export [--from 2026-11-01] [--to 2026-11-30] > audit.csv
Days are days in India; --to is included. DATABASE_URL says where the records are.
`;

const COMMANDS: ReadonlyMap<string | undefined, AuditCommand> = new Map([
  ['verify', verifyAudit],
  ['export', exportAudit],
]);

if (existsSync('.env')) process.loadEnvFile('.env');
try {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: { from: { type: 'string' }, to: { type: 'string' } },
  });
  const command = COMMANDS.get(positionals[0]);
  if (!command || positionals.length !== 1) {
    process.stderr.write(USAGE);
    process.exitCode = 64;
  } else {
    const file = process.env['DATABASE_URL_FILE'];
    const given = process.env['DATABASE_URL'] || (file && readFileSync(file, 'utf8').trim());
    const databaseUrl = given || 'sqlite:./data/payout-desk.db';
    const write = async (text: string): Promise<void> => {
      if (!process.stdout.write(text)) await new Promise((resolve) => process.stdout.once('drain', resolve));
    };
    process.exitCode = await command(databaseUrl, values, write);
  }
} catch (error) {
  process.stderr.write(`${explainStart(error)}\n`);
  process.exitCode = 1;
}
