/** Owns `npm run move`: copies an SQLite store that is not in use into an empty PostgreSQL database, and verifies the copy. */

import '../node-version.ts';
import { loadEnvFile, readStoreSettings } from '../config.ts';
import { explainFailure } from './explain-failure.ts';
import { moveTo } from './store-commands.ts';

const USAGE = `Usage: MOVE_TO=postgres://user:password@host:5432/database npm run -s move
Stop Payout Desk before. DATABASE_URL names the SQLite store, AUDIT_KEY the key of its audit. The address can also be given
as an argument, but then its password is in the list of processes. docs/backup.md says more.
`;

loadEnvFile();
const [target = process.env['MOVE_TO'], ...more] = process.argv.slice(2);
if (target === undefined || target.startsWith('-') || more.length > 0) {
  process.stderr.write(USAGE);
  process.exitCode = 64;
} else {
  try {
    process.exitCode = await moveTo(readStoreSettings(process.env), target, (line) =>
      process.stdout.write(`${line}\n`),
    );
  } catch (error) {
    process.stderr.write(`${explainFailure(error)}\n`);
    process.exitCode = 1;
  }
}
