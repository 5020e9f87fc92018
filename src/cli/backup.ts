/** Owns `npm run backup`: copies the store of a running Payout Desk to a file, and verifies the copy. */

import '../node-version.ts';
import { loadEnvFile, readStoreSettings } from '../config.ts';
import { explainFailure } from './explain-failure.ts';
import { backUp } from './store-commands.ts';

const USAGE = `Usage: npm run -s backup -- <file>
Writes a copy of the store to a new file, also while Payout Desk runs. DATABASE_URL names the store, AUDIT_KEY the key of
its audit. docs/backup.md says how to restore it.
`;

loadEnvFile();
const [file, ...more] = process.argv.slice(2);
if (file === undefined || file.startsWith('-') || more.length > 0) {
  process.stderr.write(USAGE);
  process.exitCode = 64;
} else {
  try {
    process.exitCode = await backUp(readStoreSettings(process.env), file, (line) =>
      process.stdout.write(`${line}\n`),
    );
  } catch (error) {
    process.stderr.write(`${explainFailure(error)}\n`);
    process.exitCode = 1;
  }
}
