/**
 * Owns what holds for every route there is, taken from the routes themselves: who gets in, and that Slack is
 * acknowledged. In `npm test` each route meets outsiders and forged values in turns, in the full size all of them.
 */

import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { WELL_KNOWN } from '../../fakes/instantpay/seed.ts';
import type { JsonObject } from '../../fakes/slack/json.ts';
import type { Person } from '../../fakes/slack/person.ts';
import { ACTION_IDS } from '../../src/slack/block-kit/ids.ts';
import { createSeal } from '../../src/slack/block-kit/seal.ts';
import type { Env } from '../../src/config.ts';
import type { May } from '../../src/slack/routes.ts';
import { isFull } from '../chaos/size.ts';
import { MORNING, read, type TestBotOptions } from '../features/bot.ts';
import { askToCancel, requestIdOf } from '../features/steps.ts';
import { auditedApp, refusals } from './audited-app.ts';
import { recordsOf } from './canaries.ts';
import { type Entrance, everyEntrance } from './every-route.ts';
import { forgedAction, forgedPlace } from './forge.ts';

const app = auditedApp();

const EVERYBODY = 'U0RAVI,U0ROBOT,U0SUNIL,U0OTHERCO,U0VIKRAM,U0MEERA';

/** A request, a card that was shared, a watch and a digest's schedule; then every route about them. */
async function openWithAll(env: Env, options: TestBotOptions = {}): Promise<Entrance[]> {
  const bot = await app.open({ ...options, env: { DIGEST_CHANNEL: 'C0DIGESTS', ...env } });
  const { operator } = bot.people;
  const linkId = WELL_KNOWN.issuedLarge;
  const { card } = await askToCancel(bot);
  const before = new Set(bot.slack.messages(bot.channels.payouts));
  const shown = await bot.say(operator, `track ${linkId}`);
  await bot.done(() => operator.click(shown, 'Share here'));
  const message = await bot.slack.message(bot.channels.payouts, (one) => !before.has(one));
  await bot.say(operator, `watch ${linkId}`);
  await bot.done(() => operator.command('/payout', 'track'));
  const form = await operator.modal();
  const carrier = {
    seal: createSeal(bot.slack.botToken),
    linkId,
    requestId: requestIdOf(card),
    subscriptionId: 'settings:C0DIGESTS',
    now: MORNING,
  };
  return everyEntrance(carrier, { message, form });
}

/** What a person alone was shown, or somebody saw because of them. */
function shownSince(before: ReadonlySet<unknown>): { to: string; text: string }[] {
  const { slack } = app.bot;
  return [
    ...slack.allMessages
      .filter((one) => !before.has(one) && one.author === undefined)
      .map((one) => ({ to: one.ephemeralFor ?? one.channel, text: read(one) })),
    ...slack.views.filter((one) => !before.has(one)).map((one) => ({ to: one.userId, text: read(one) })),
  ];
}

const facts = (): string[] =>
  app.bot.instantpay
    .links()
    .flatMap(({ linkId, person, code, orderId }) => [linkId, person.name, code, orderId]);

const subjectsOf = (named: readonly { subject?: string | undefined }[]): string[] =>
  named.map(({ subject = '' }) => subject).toSorted((one, other) => one.localeCompare(other));

const isAudit = (table: string): boolean => table.startsWith('audit');

interface Try {
  person: Person;
  entrances: readonly Entrance[];
  change?: (payload: JsonObject) => JsonObject;
}

/** Each of these is refused by name, changes nothing, asks InstantPay nothing, and shows nothing of a link. */
async function expectRefused(tries: readonly Try[], guarded: (entrance: Entrance) => boolean): Promise<void> {
  const { bot } = app;
  const calls = bot.instantpay.calls.length;
  const records = recordsOf(bot.databasePath, isAudit);
  const before = new Set<unknown>([...bot.slack.allMessages, ...bot.slack.views]);
  await Promise.all(
    tries.map(async ({ person, entrances, change }) => {
      for (const { name, deliver } of entrances) {
        const { ack } = await deliver(person, change);
        expect(ack.acknowledged, name).toBe(true);
        expect(JSON.stringify(ack.body), name).not.toContain('"errors"');
      }
    }),
  );
  await bot.idle();
  expect(bot.instantpay.calls.length).toBe(calls);
  expect(recordsOf(bot.databasePath, isAudit)).toBe(records);
  const places = new Set(tries.flatMap(({ person }) => [person.id, person.directMessages]));
  const shown = shownSince(before);
  expect(shown.filter(({ to }) => !places.has(to))).toEqual([]);
  expect(shown.filter(({ text }) => facts().some((fact) => text.includes(fact)))).toEqual([]);
  const rows = await app.auditRows();
  for (const { person, entrances } of tries) {
    const refused = refusals(rows, person);
    expect(subjectsOf(refused), person.name).toEqual(subjectsOf(entrances.filter(guarded)));
  }
}

test('guests, bots, people who left and people of other workspaces get in nowhere, and see nothing', async () => {
  const entrances = await openWithAll({
    VIEWERS: '*',
    OPERATORS: '*',
    APPROVERS: EVERYBODY,
    ADMINS: EVERYBODY,
  });
  const { outsider, otherBot, deactivated, stranger } = app.bot.people;
  const outsiders = [outsider, otherBot, deactivated, stranger];
  const isTurnOf = (nth: number) => (_: Entrance, index: number) =>
    isFull || index % outsiders.length === nth;
  await expectRefused(
    outsiders.map((person, nth) => ({ person, entrances: entrances.filter(isTurnOf(nth)) })),
    ({ may }) => may !== 'anyone',
  );
}, 120_000);

test('whoever names another workspace is refused by every route, help included', async () => {
  const all = await openWithAll({ ADMINS: 'U0VIKRAM' });
  // These are refused before anybody looks at the command that they carry.
  const entrances = all.filter(({ name }) => !name.startsWith(`button ${ACTION_IDS.helpRun}`));
  const change = (payload: JsonObject): JsonObject =>
    'team_id' in payload
      ? { ...payload, team_id: 'T0OTHERCO' }
      : forgedPlace({ userTeam: 'T0OTHERCO' })(payload);
  await expectRefused([{ person: app.bot.people.approver, entrances, change }], () => true);
});

test('a right opens its own routes alone', async () => {
  const entrances = await openWithAll({
    VIEWERS: '*',
    OPERATORS: 'U0ASHA,U0VIKRAM',
    APPROVERS: 'U0VIKRAM',
    ADMINS: 'U0KAVYA',
  });
  const { secondApprover: viewer, operator, approver, admin } = app.bot.people;
  const rights: [Person, May[]][] = [
    [viewer, ['look']],
    [operator, ['look', 'operate']],
    [approver, ['look', 'operate', 'approve']],
    [admin, ['look', 'administer']],
  ];
  const tries = rights.map(([person, has]) => ({
    person,
    entrances: entrances.filter(({ may }) => may !== 'anyone' && !has.includes(may)),
  }));
  await expectRefused(tries, () => true);
});

const AT_ONCE = 12;
const FORGED = ['', '__proto__', `${WELL_KNOWN.issued} `, `'--${WELL_KNOWN.issued}`, 'x'.repeat(2_000)];

/** `count` of them from the nth on, and from the first again behind the last. */
function inTurns<T>(all: readonly T[], nth: number, count: number): T[] {
  const start = nth % all.length;
  return [...all.slice(start), ...all.slice(0, start)].slice(0, count);
}

test('forged values on every button, or as a choice: none is unexpected, nothing is sent or cancelled', async () => {
  const all = {
    VIEWERS: '*',
    OPERATORS: '*',
    APPROVERS: 'U0VIKRAM',
    ADMINS: 'U0VIKRAM',
    BREAK_GLASS: 'true',
  };
  const entrances = await openWithAll(all, { patience: 'as shipped' });
  const { bot } = app;
  const changes = FORGED.map((value, index) =>
    forgedAction(index % 2 === 0 ? { value } : { value: undefined, selected_option: { value } }),
  );
  const buttons = entrances.filter(({ name }) => name.startsWith('button '));
  for (const [index, { deliver }] of buttons.entries()) {
    const some = isFull ? changes : inTurns(changes, 2 * index, 2);
    await Promise.all(some.map((change) => deliver(bot.people.approver, change)));
  }
  await bot.idle();
  expect(bot.entries().filter(({ status }) => status === 'unexpected')).toEqual([]);
  expect(bot.instantpay.callsOf('cancel')).toHaveLength(0);
  expect(bot.instantpay.callsOf('notify')).toHaveLength(0);
}, 120_000);

test.each(['the store', 'the store and Slack'])(
  '%s hanging: every route is acknowledged in time',
  async (what) => {
    const all = {
      VIEWERS: '*',
      OPERATORS: '*',
      APPROVERS: 'U0VIKRAM',
      ADMINS: 'U0VIKRAM',
      BREAK_GLASS: 'true',
    };
    const entrances = await openWithAll(all, { patience: 'as shipped' });
    const { bot } = app;
    const { approver } = bot.people;
    await bot.say(approver, 'list');
    const other = new DatabaseSync(bot.databasePath);
    other.exec('begin immediate');
    if (what.includes('Slack')) bot.slack.faults.set('*', { kind: 'hang' });
    for (let index = 0; index < entrances.length; index += AT_ONCE) {
      const some = entrances.slice(index, index + AT_ONCE);
      const sent = await Promise.all(some.map(({ deliver }) => deliver(approver)));
      for (const [nth, { ack }] of sent.entries()) expect(ack.acknowledged, some[nth]?.name).toBe(true);
    }
    other.exec('rollback');
    other.close();
    bot.slack.faults.clear();
    await bot.idle();
    expect(bot.instantpay.callsOf('cancel')).toHaveLength(0);
    expect(bot.instantpay.callsOf('notify')).toHaveLength(0);
  },
);
