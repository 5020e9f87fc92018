/** Owns `npm run manifest`: writes `manifest.yml`, or prints the one for HTTP. */

import '../node-version.ts';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { manifestText, slackAddress } from './manifest-text.ts';

const USAGE = `Usage:
  npm run manifest                                              writes manifest.yml, for Socket Mode
  npm run -s manifest -- --http https://payout-desk.example.com  prints the manifest for HTTP
`;

try {
  const { http } = parseArgs({ options: { http: { type: 'string' } } }).values;
  if (http === undefined) writeFileSync(join(import.meta.dirname, '../../manifest.yml'), manifestText());
  else process.stdout.write(manifestText(slackAddress(http)));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n${USAGE}`);
  process.exitCode = 64;
}
