/** Owns `npm run audit`: verifies the audit or exports a range of it as CSV, also while Payout Desk runs. */

import '../node-version.ts';
import { parseArgs } from 'node:util';
import { loadEnvFile, readStoreSettings } from '../config.ts';
import { explainFailure } from './explain-failure.ts';
import { type AuditCommand, exportAudit, verifyAudit } from './audit-commands.ts';

const USAGE = `Usage:
  npm run -s audit -- verify [--expect <sequence>:<hash> ...]
  npm run -s audit -- export [--from 2026-11-01] [--to 2026-11-30] > audit.csv
Days are days in IST; --to is included. DATABASE_URL names the store, AUDIT_KEY the key of its hashes.
--expect names a row that must exist: one printed earlier by verify, the log or a digest.
`;

const COMMANDS: ReadonlyMap<string | undefined, AuditCommand> = new Map([
  ['verify', verifyAudit],
  ['export', exportAudit],
]);

// The reader of a pipe may close it early, as `head` does.
process.stdout.on('error', () => process.exit(1));
loadEnvFile();
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
    const write = async (text: string): Promise<void> => {
      if (!process.stdout.write(text)) await new Promise((resolve) => process.stdout.once('drain', resolve));
    };
    process.exitCode = await command({ ...readStoreSettings(process.env), ...values }, write);
  }
} catch (error) {
  process.stderr.write(`${explainFailure(error)}\n`);
  process.exitCode = 1;
}
