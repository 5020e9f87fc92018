/** Owns `npm run audit`: proves the audit, or exports a range of it as CSV, beside a running desk. */

import '../node-version.ts';
import { existsSync, readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { UsageError } from '../errors.ts';
import { explainStart } from './explain-failure.ts';
import { type AuditCommand, exportAudit, verifyAudit } from './audit-commands.ts';

const USAGE = `Usage:
  npm run -s audit -- verify [--expect <sequence>:<hash> ...]
  npm run -s audit -- export [--from 2026-11-01] [--to 2026-11-30] > audit.csv
Days are days in India; --to is included. DATABASE_URL says where the records are,
AUDIT_KEY what their hashes are keyed with. --expect names a row that must be there: one that verify, the log or a
digest named before.
`;

const COMMANDS: ReadonlyMap<string | undefined, AuditCommand> = new Map([
  ['verify', verifyAudit],
  ['export', exportAudit],
]);

// Whoever reads may have seen enough, as `head` has.
process.stdout.on('error', () => process.exit(1));
if (existsSync('.env')) process.loadEnvFile('.env');
try {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: {
      from: { type: 'string' },
      to: { type: 'string' },
      expect: { type: 'string', multiple: true },
    },
  });
  const command = COMMANDS.get(positionals[0]);
  if (!command || positionals.length !== 1) {
    process.stderr.write(USAGE);
    process.exitCode = 64;
  } else {
    const databaseUrl = secret('DATABASE_URL') ?? 'sqlite:./data/payout-desk.db';
    const auditKey = secret('AUDIT_KEY');
    const write = async (text: string): Promise<void> => {
      if (!process.stdout.write(text)) await new Promise((resolve) => process.stdout.once('drain', resolve));
    };
    process.exitCode = await command({ databaseUrl, auditKey, ...values }, write);
  }
} catch (error) {
  process.stderr.write(`${explainStart(error)}\n`);
  process.exitCode = 1;
}

/** Returns a setting, or what its file holds; undefined when neither is given. */
function secret(name: string): string | undefined {
  const given = process.env[name]?.trim();
  const file = process.env[`${name}_FILE`];
  if (given || !file) return given || undefined;
  try {
    return readFileSync(file, 'utf8').trim() || undefined;
  } catch {
    throw new UsageError(`${name}_FILE: expected a file that can be read.`);
  }
}
