/** Owns the start of the demo: the address, wrong options, secrets, a port that is taken, and a browser that is opened. */

import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { refuseSecrets } from '../../demo/guard.ts';
import { opener } from '../../demo/open-browser.ts';
import { startDemo } from './demo-process.ts';

test('it prints the address of the page, and ends at once with everything it started', async () => {
  const demo = startDemo('--no-open');
  await demo.reads('http://127.0.0.1:');
  const url = /http:\/\/127\.0\.0\.1:\d+\//.exec(demo.output)?.[0] ?? '';
  expect((await fetch(url)).status).toBe(200);
  expect(demo.output).toContain('--terminal');
  demo.child.kill('SIGINT');
  expect(await demo.ended).toBe(0);
  await expect(fetch(url)).rejects.toThrow();
  expect(readdirSync(demo.folder)).toEqual([]);
});

test('a port that is taken is one line', async () => {
  const taken = createServer();
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void taken.close());
  const address = taken.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const demo = startDemo('--no-open', '--port', String(port));
  expect(await demo.ended).toBe(1);
  expect(demo.output.trim().split('\n')).toEqual([expect.stringContaining(`Port ${port} is in use`)]);
  expect(readdirSync(demo.folder)).toEqual([]);
});

test.each([['--tuor'], ['--port', 'x'], ['--port', '70000'], ['something']])(
  'unknown: %s %s',
  async (...options) => {
    const demo = startDemo(...options.filter((option) => option !== undefined));
    expect(await demo.ended).toBe(64);
    expect(demo.output).toContain('npm run demo -- --terminal');
  },
);

test.each([['--no-open'], ['--terminal'], ['--tour'], ['--tour', '--all']])(
  'a real secret keeps it from starting: %s %s',
  async (...options) => {
    const demo = startDemo(
      { env: { SLACK_BOT_TOKEN: 'xoxb-1234-real', INSTANTPAY_CLIENT_SECRET: 'real-secret' } },
      ...options.filter((option) => option !== undefined),
    );
    expect(await demo.ended).toBe(78);
    const lines = demo.output.trim().split('\n');
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain('INSTANTPAY_CLIENT_SECRET (environment), SLACK_BOT_TOKEN (environment)');
    expect(lines[0]).not.toMatch(/xoxb-1234|real-secret/);
  },
);

test('secrets are looked for in .env too; empty ones and the demo’s own are none', () => {
  const folder = mkdtempSync(join(tmpdir(), 'demo-guard-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  expect(refuseSecrets({}, folder)).toBeUndefined();
  const harmless = {
    SLACK_BOT_TOKEN: 'xoxb-local-payout-desk',
    SLACK_SIGNING_SECRET: ' ',
    INSTANTPAY_AUTH_CODE: '1',
    INSTANTPAY_CLIENT_ID: 'demo-client-id',
    SLACK_API_URL: 'https://slack.com/api/',
  };
  expect(refuseSecrets(harmless, folder)).toBeUndefined();
  writeFileSync(join(folder, '.env'), 'SLACK_APP_TOKEN=\nINSTANTPAY_CLIENT_ID_FILE=/run/secrets/id\n');
  const refusal = refuseSecrets(harmless, folder);
  expect(refusal).toContain('INSTANTPAY_CLIENT_ID_FILE (.env)');
  expect(refusal).not.toMatch(/SLACK_APP_TOKEN|run\/secrets/);
  for (const name of ['SLACK_SIGNING_SECRET_PREVIOUS', 'SLACK_APP_TOKEN_FILE', 'INSTANTPAY_AUTH_CODE'])
    expect(refuseSecrets({ [name]: 'real' }, tmpdir()), name).toContain(name);
});

test('a browser is opened where somebody sits in front of one', () => {
  const desktop = { isTerminal: true, env: { DISPLAY: ':0' }, platform: 'linux' } as const;
  expect(opener(desktop)).toBe('xdg-open');
  expect(opener({ ...desktop, platform: 'darwin', env: {} })).toBe('open');
  expect(opener({ ...desktop, isTerminal: false })).toBeUndefined();
  expect(opener({ ...desktop, env: {} })).toBeUndefined();
  for (const name of ['CI', 'SSH_CONNECTION', 'SSH_TTY'])
    expect(opener({ ...desktop, env: { DISPLAY: ':0', [name]: 'yes' } }), name).toBeUndefined();
});
