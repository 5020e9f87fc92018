/** Owns what may be in the log, metrics, messages and the store: a canary run over the main features. */

import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { WELL_KNOWN, WELL_KNOWN_PEOPLE } from '../fakes/instantpay/seed.ts';
import { HOUR_MS } from '../src/payouts/time.ts';
import { createLog, createScrub, withLogFields } from '../src/log.ts';
import { openBot, read, type TestBot } from './features/bot.ts';
import { approve, askToCancel } from './features/steps.ts';

function lineOf(
  write: (log: ReturnType<typeof createLog>) => void,
  secrets: string[] = [],
): Record<string, unknown> {
  const lines: string[] = [];
  write(createLog('trace', secrets, { write: (line) => void lines.push(line) }));
  expect(lines).toHaveLength(1);
  return JSON.parse(lines[0] ?? '');
}

test('only named fields pass, in a line and in a child', () => {
  const line = lineOf((log) =>
    log
      .child({ requestId: 'R1', token: 'xoxb-1', body: 'b' })
      .info({ linkId: 'x', reason: 'why', headers: { a: 1 }, contact: 'c' }, 'done'),
  );
  expect(Object.keys(line).sort()).toEqual(['level', 'linkId', 'msg', 'reason', 'requestId', 'time']);
  expect(line).toMatchObject({ level: 'info', msg: 'done' });
});

test('objects in a field that should be text do not pass', () => {
  expect(lineOf((log) => log.info({ reason: { nested: 'xoxb-1' }, code: ['x'] }, 'm'))).not.toHaveProperty(
    'reason',
  );
});

test('every text is scrubbed: secrets, tokens, addresses, numbers; ids of our own stay', () => {
  const scrub = createScrub(['s3cret']);
  expect(scrub('s3cret and xoxb-1-2 and xapp-9-abc')).toBe('[secret] and [token] and [token]');
  expect(scrub('see https://hooks.example/commands/T1/2/abc now')).toBe('see [address] now');
  expect(scrub('postgres://u:p@db/x')).not.toContain('u:p');
  expect(scrub('call 98200 11101 or +91-98200-11101, asha.rao@mail.example, 50100345678912')).toBe(
    'call ******1101 or ********1101, a***@mail.example, **********8912',
  );
  const line = lineOf(
    (log) => log.info({ reason: 's3cret 9820011101', requestId: '1234567890' }, 'm'),
    ['s3cret'],
  );
  expect(line).toMatchObject({ reason: '[secret] ******1101', requestId: '1234567890' });
});

test('an error without words, words from outside and what they are filled with are scrubbed as well', () => {
  const secret = 'token xoxb-123456 of 9820012345 with s3cret';
  const error = new Error(secret);
  const ways: Parameters<typeof lineOf>[0][] = [
    (log) => log.error(error),
    (log) => log.error({ error }),
    (log) => log.error({ err: error }),
    (log) => log.error(secret),
    (log) => log.error('words %s', secret),
    (log) => log.error({ reason: 'x' }, `words ${secret}`),
    (log) => log.child({ userId: 'U1' }).error(error),
    (log) => log.error({ error: new AggregateError([error], 'several', { cause: error }) }),
  ];
  for (const way of ways) {
    const text = JSON.stringify(lineOf(way, ['s3cret']));
    expect(text).not.toMatch(/xoxb-|9820012345|s3cret/);
    expect(text).toContain('"level":"error"');
  }
  expect(lineOf((log) => log.error(error))).toMatchObject({ error: { name: 'Error' } });
});

test('an error leaves its name, its scrubbed words and where it happened; nothing it carries', () => {
  const cause = Object.assign(new Error('to https://hooks.example/x with s3cret'), {
    config: { headers: 's3cret' },
  });
  const error = Object.assign(new Error('call 9820011101 failed', { cause }), {
    code: 'ECONNRESET',
    data: 'body',
  });
  const line = lineOf((log) => log.error({ error }, 'm'), ['s3cret']);
  const text = JSON.stringify(line);
  expect(text).not.toMatch(/s3cret|9820011101|hooks\.example|headers|body/);
  expect(line['error']).toMatchObject({
    name: 'Error',
    message: 'call ******1101 failed',
    code: 'ECONNRESET',
  });
  expect(text).toContain('log.test.ts');
  expect(text).not.toContain(process.cwd());
  expect(lineOf((log) => log.error({ error: 'a string' }, 'm'))['error']).toEqual({ name: 'string' });
});

test.each([
  ['at ask (/srv/pay out/src/app.ts:1:2)', 'at ask (app.ts:1:2)'],
  ['at async ask (file:///srv/pay%20out/src/app.ts:1:2)', 'at async ask (app.ts:1:2)'],
  ['at /srv/pay out/src/app.ts:1:2', 'at app.ts:1:2'],
  ['at async file:///srv/src/app.ts:1:2', 'at async app.ts:1:2'],
  [
    'at eval (eval at run (/srv/pay out/app.ts:1:2), <anonymous>:1:1)',
    'at eval (eval at run (app.ts:1:2), <anonymous>:1:1)',
  ],
  ['at node:internal/process/task_queues:95:5', 'at node:internal/process/task_queues:95:5'],
  ['at async Promise.all (index 0)', 'at async Promise.all (index 0)'],
])('a frame names no folder: %s', (frame, kept) => {
  const error = Object.assign(new Error('x'), { stack: `Error: x\n    ${frame}` });
  expect(lineOf((log) => log.error({ error }, 'm'))['error']).toMatchObject({ frames: [kept] });
});

// ---- The canary run ---------------------------------------------------------------------------------------

/** The main features, their refusals and their failures, as people use them. */
async function useEverything(bot: TestBot): Promise<void> {
  const { operator, approver, secondApprover, outsider, admin } = bot.people;
  const { issued: zubin } = WELL_KNOWN_PEOPLE;
  for (const text of [
    'help',
    `track ${WELL_KNOWN.claimed}`,
    `track ${zubin.mobile}`,
    `track +91 ${zubin.mobile}`,
    `track ${zubin.email}`,
    `track nobody.at.all@mail.example`,
    `list contact ${zubin.mobile}`,
    `list contact ${zubin.email}`,
    `notify ${zubin.email}`,
    `notify ${zubin.mobile}`,
    `cancel ${WELL_KNOWN.expired} paid to ${zubin.mobile}`,
    `trakc ${zubin.mobile}`,
    zubin.email,
    `list ${zubin.mobile}`,
    `txn VENDOR-2041 yesterday`,
    `txn VENDOR-2044 yesterday`,
    'digest',
    'approvals',
  ])
    await bot.say(operator, text);
  const list = await bot.say(operator, 'list processing');
  await bot.done(() => operator.click(list, 'Older'));
  const card = await bot.say(operator, `track ${WELL_KNOWN.processing}`);
  await bot.done(() => operator.click(card, 'Share here'));
  const reason = `paid twice, call ${zubin.mobile} or ${zubin.email}, account 50100345678912`;
  const first = await askToCancel(bot, { reason });
  await bot.answerTo(outsider, () => outsider.click(first.card, 'Approve'));
  await approver.click(first.card, 'Reject');
  await bot.done(async () => approver.submit(await approver.modal(), { reason }));
  const second = await askToCancel(bot, { reason });
  bot.slack.faults.set('chat.update', { kind: 'error', error: 'fatal_error' }, 1);
  bot.instantpay.fault({ operation: 'cancel', effect: { kind: 'html500', when: 'after' } });
  await approve(bot, second.card, secondApprover);
  await bot.pass(60_000);
  bot.instantpay.fault({
    operation: 'track',
    effect: { kind: 'statuscode', statuscode: 'IAT', status: `No: ${reason}` },
  });
  await bot.say(operator, `track ${WELL_KNOWN.issuedLarge}`);
  bot.instantpay.fault({
    operation: 'track',
    effect: { kind: 'linkStatus', status: `HELD FOR ${zubin.mobile}` },
  });
  await bot.say(operator, `track ${WELL_KNOWN.issuedLarge}`);
  bot.slack.faults.set('response_url', { kind: 'status', status: 500 }, 1);
  await bot.say(operator, `track ${WELL_KNOWN.issuedLarge}`);
  bot.slack.faults.set('users.info', { kind: 'error', error: 'fatal_error' }, 1);
  bot.skip(10 * 60_000);
  await bot.say(operator, 'list');
  for (const target of [zubin.mobile, zubin.email]) {
    await operator.command('/payout', `cancel ${target}`);
    await operator.dismiss(await operator.modal());
    await bot.idle();
  }
  await bot.say(admin, 'audit');
  await bot.say(admin, 'audit csv');
  await bot.restart();
}

test('no token, secret, response_url, unmasked mobile, address or account anywhere it does not belong', async () => {
  const bot = await openBot({ env: { DIGEST_CHANNEL: 'C0DIGESTS', DIGEST_STATUSES: 'ISSUED,CLAIMED' } });
  try {
    await useEverything(bot);
    bot.skip(23 * HOUR_MS);
    await bot.app.digest?.work();
    const { slack, instantpay } = bot;
    const secrets = [
      slack.botToken,
      slack.signingSecret,
      instantpay.credentials.clientId,
      instantpay.credentials.clientSecret,
      ...slack.deliveries.flatMap((delivered) => delivered.responseUrl ?? []),
      '/response',
    ];
    const people = instantpay
      .links()
      .flatMap(({ person, activity }) => [
        person.mobile,
        person.email,
        ...activity.flatMap((entry) => entry.accountNumber ?? []),
      ]);
    const values = [...new Set([...people, '50100345678912', 'nobody.at.all@mail.example'])];
    const leaks = (text: string, canaries: string[]): string[] =>
      canaries.filter((canary) => text.includes(canary) || text.includes(encodeURIComponent(canary)));

    const log = bot.lines.join('');
    expect(bot.lines.length).toBeGreaterThan(60);
    expect(leaks(log, [...secrets, ...values])).toEqual([]);
    expect(log).not.toMatch(/(?<![\w-])[6-9]\d{9}(?!\d)/);
    // Names are no business of the log either.
    expect(leaks(log, ['Zubin', 'Wadia'])).toEqual([]);

    const metrics = await (await fetch(`http://127.0.0.1:${bot.app.port}/metrics`)).text();
    expect(leaks(metrics, [...secrets, ...values])).toEqual([]);
    expect(metrics).not.toMatch(/"[^"]*([0-9a-f]{24}|[UCDS]0[A-Z]{3,})[^"]*"/);

    // Everything Slack holds: messages with their earlier versions, ephemeral answers, forms, files.
    const shown = JSON.stringify([
      slack.allMessages.map((message) => ({
        text: message.text,
        blocks: message.blocks,
        edits: message.edits,
        files: message.files.map((file) => file.content.toString('utf8')),
      })),
      slack.views.map(({ view }) => view),
    ]);
    expect(leaks(shown, [...secrets, ...values])).toEqual([]);
    expect(slack.allMessages.map(read).join()).toContain('******1101');

    await bot.stop();
    const database = new DatabaseSync(bot.databasePath, { readOnly: true });
    const tables = database.prepare("select name from sqlite_master where type = 'table'").all();
    const stored = tables
      .map(({ name }) => JSON.stringify(database.prepare(`select * from "${String(name)}"`).all()))
      .join('\n');
    database.close();
    expect(stored).toContain('paid twice');
    expect(leaks(stored, [...secrets, ...values])).toEqual([]);
  } finally {
    await bot.close();
  }
});

test('lines written while a request is worked on carry its fields, whoever writes them', async () => {
  const lines: string[] = [];
  const log = createLog('info', [], { write: (line) => void lines.push(line) });
  await withLogFields({ requestId: 'R1', userId: 'U0ASHA', secret: 'no' }, async () => {
    await Promise.resolve();
    log.info({ operation: 'cancel' }, 'InstantPay answered');
  });
  log.info('outside');
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    { requestId: 'R1', userId: 'U0ASHA', operation: 'cancel' },
    { msg: 'outside' },
  ]);
  expect(lines.join('')).not.toContain('secret');
  expect(lines[1]).not.toContain('R1');
});
