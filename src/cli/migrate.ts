/** Owns `npm run migrate`: brings the database up to this version, as a step of its own before the new version starts. */

import '../node-version.ts';
import { loadEnvFile, readStoreSettings } from '../config.ts';
import { explainFailure } from './explain-failure.ts';
import { migrateNow } from './store-commands.ts';

loadEnvFile();
if (process.argv.length > 2) {
  process.stderr.write('Usage: npm run -s migrate\nDATABASE_URL names the store. Back it up before.\n');
  process.exitCode = 64;
} else {
  try {
    process.exitCode = await migrateNow(readStoreSettings(process.env), (line) =>
      process.stdout.write(`${line}\n`),
    );
  } catch (error) {
    process.stderr.write(`${explainFailure(error)}\n`);
    process.exitCode = 1;
  }
}
