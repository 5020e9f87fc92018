/** Owns the refusal to start the demo where real secrets are set: what is tried out must not reach real money. */

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { DEMO_CREDENTIALS } from '../fakes/instantpay/server.ts';
import { DEMO_SECRETS } from '../fakes/slack/slack.ts';

type Env = Readonly<Record<string, string | undefined>>;

const SECRET = /^(SLACK_\w*(TOKEN|SECRET)\w*|INSTANTPAY_(CLIENT_|AUTH_CODE)\w*)$/;
/** The demo's own, and the published default of the auth code. */
const HARMLESS: ReadonlySet<string> = new Set([
  ...Object.values(DEMO_CREDENTIALS),
  ...Object.values(DEMO_SECRETS),
  '1',
]);

/** One line that names what is set, never its value; undefined: it may start. */
export function refuseSecrets(env: Env, folder: string): string | undefined {
  const file = join(folder, '.env');
  const inFile = existsSync(file) ? secretsIn(parseEnv(readFileSync(file, 'utf8'))) : [];
  const names = [
    ...secretsIn(env).map((name) => `${name} (environment)`),
    ...inFile.map((name) => `${name} (.env)`),
  ];
  if (names.length === 0) return undefined;
  return `The demo does not start where real secrets are set: ${names.join(', ')}. Remove them, or start it in another folder; it needs none.`;
}

function secretsIn(env: Env): string[] {
  return Object.entries(env)
    .filter(([name, value = '']) => SECRET.test(name) && value.trim() !== '' && !HARMLESS.has(value.trim()))
    .map(([name]) => name)
    .toSorted();
}
