/** Owns what Payout Desk knows of its token: refused, accepted again, and not confused with Slack being away. */

import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type LocalSlack, startSlack } from '../../../fakes/slack/slack.ts';
import { createLog } from '../../../src/log.ts';
import { tokenProblem, type TokenWatch, watchToken } from '../../../src/slack/api/token-watch.ts';
import { call, createClients } from '../../../src/slack/api/client.ts';

let slack: LocalSlack;
let watch: TokenWatch | undefined;
beforeAll(async () => {
  slack = await startSlack();
});
afterEach(() => {
  watch?.stop();
  slack.faults.clear();
});
afterAll(() => slack.close());

function begin(): string[] {
  const lines: string[] = [];
  const write = (line: string): void => {
    lines.push(line);
    slack.announce();
  };
  const { web } = createClients(slack.botToken, slack.apiUrl);
  watch = watchToken(() => call(web.auth.test()), createLog('info', [], { write }), 10);
  watch.start();
  return lines;
}

test('revoked: said once at error; accepted again: no problem any more', async () => {
  slack.faults.set('auth.test', { kind: 'error', error: 'token_revoked' }, 3);
  const lines = begin();
  await slack.waitFor(() => watch?.problem());
  expect(watch?.problem()).toBe(tokenProblem('token_revoked'));
  await slack.waitFor(() => watch?.problem() === undefined);
  expect(lines.filter((line) => line.includes('"level":"error"'))).toHaveLength(1);
  expect(lines.join()).toContain('bot token accepted again');
});

test('a call that was refused is enough; that Slack is away changes nothing', async () => {
  slack.faults.set('auth.test', { kind: 'drop' });
  begin();
  await slack.waitFor(() => slack.callsTo('auth.test').length > 1);
  expect(watch?.problem()).toBeUndefined();
  watch?.refused('invalid_auth');
  await slack.waitFor(() => slack.callsTo('auth.test').length > 3);
  expect(watch?.problem()).toContain('invalid_auth');
});
