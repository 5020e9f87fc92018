/** Owns what the app can learn of people, groups and channels, and what emulate judges of them. */

import { WebClient } from '@slack/web-api';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { LocalSlack } from '../../../fakes/slack/slack.ts';
import { startSlack } from '../../../fakes/slack/slack.ts';

let slack: LocalSlack;
const clientWith = (token: string): WebClient =>
  new WebClient(token, { slackApiUrl: slack.apiUrl, retryConfig: { retries: 0 } });
let client: WebClient;
const errorOf = (call: Promise<unknown>): Promise<string | undefined> =>
  call.then(
    () => undefined,
    (error: { data?: { error?: string } }) => error.data?.error,
  );
const say = (channel: string, more = {}): Promise<unknown> =>
  client.apiCall('chat.postMessage', { channel, text: 'x', ...more });

beforeEach(async () => {
  slack = await startSlack();
  client = clientWith(slack.botToken);
});

afterEach(async () => {
  await slack.close();
});

test('the bot knows who and where it is', async () => {
  expect(await client.auth.test()).toMatchObject({
    team_id: slack.teamId,
    user_id: slack.bot.userId,
    bot_id: slack.bot.botId,
    response_metadata: { scopes: expect.arrayContaining(['chat:write']) },
  });
});

test('a token that is none of ours, or missing, or of the other kind', async () => {
  expect(await errorOf(clientWith('xoxb-stolen').auth.test())).toBe('invalid_auth');
  expect(await errorOf(clientWith('').auth.test())).toBe('not_authed');
  expect(await errorOf(clientWith(slack.appToken).auth.test())).toBe('not_allowed_token_type');
  expect(await errorOf(client.apps.connections.open({}))).toBe('not_allowed_token_type');
});

test('a scope that was not asked for', async () => {
  await slack.close();
  slack = await startSlack({ scopes: ['commands'] });
  client = clientWith(slack.botToken);
  expect(await errorOf(say('C0PAYOUTS'))).toBe('missing_scope');
  expect(await errorOf(client.usergroups.users.list({ usergroup: 'S0APPROVERS' }))).toBe('missing_scope');
});

test.each([
  ['operator', { real_name: 'Asha Rao', is_bot: false, deleted: false, is_restricted: false }],
  ['outsider', { real_name: 'Ravi Menon', is_restricted: true }],
  ['otherBot', { is_bot: true }],
  ['deactivated', { deleted: true }],
  ['stranger', { is_stranger: true, team_id: 'T0OTHERCO' }],
] as const)('users.info of the %s', async (key, expected) => {
  const { user } = await client.users.info({ user: slack.people[key].id });
  expect(user).toMatchObject({ id: slack.people[key].id, ...expected });
});

test('user groups, and a plan without them', async () => {
  const list = (): Promise<unknown> => client.usergroups.users.list({ usergroup: 'S0APPROVERS' });
  expect(await list()).toMatchObject({ users: ['U0VIKRAM', 'U0MEERA'] });
  expect(await errorOf(client.usergroups.users.list({ usergroup: 'S0NONE' }))).toBe('no_such_subteam');
  slack.groups.planUpgradeRequired = true;
  expect(await errorOf(list())).toBe('plan_upgrade_required');
});

test('the bot writes only where it was invited', async () => {
  expect(await errorOf(say('C0PAYOUTS'))).toBeUndefined();
  expect(await errorOf(say('C0NOBOT'))).toBe('not_in_channel');
  expect(await errorOf(say('C0SECRET'))).toBe('channel_not_found');
  expect(await errorOf(say('C0NOWHERE'))).toBe('channel_not_found');
  await slack.inviteBot('C0NOBOT');
  expect(await errorOf(say('C0NOBOT'))).toBeUndefined();
  await slack.removeBot('C0PAYOUTS');
  expect(await errorOf(say('C0PAYOUTS'))).toBe('not_in_channel');
  await slack.archive('C0APPROVALS');
  expect(await errorOf(say('C0APPROVALS'))).toBe('is_archived');
});

test('conversations.info says whether the bot is inside', async () => {
  const inside = async (channel: string): Promise<unknown> =>
    (await client.conversations.info({ channel })).channel?.is_member;
  expect(await inside('C0PAYOUTS')).toBe(true);
  expect(await inside('C0NOBOT')).toBe(false);
  expect(await errorOf(inside('C0SECRET'))).toBe('channel_not_found');
});

test('a direct message, by its channel and by the person', async () => {
  const { operator, approver } = slack.people;
  const opened = await client.conversations.open({ users: operator.id });
  expect(opened.channel?.id).toBe(operator.directMessages);
  await say(operator.directMessages);
  await say(operator.id);
  expect(operator.sees()).toHaveLength(2);
  expect(approver.sees()).toEqual([]);
  expect(await errorOf(client.conversations.open({ users: slack.people.deactivated.id }))).toBe(
    'user_disabled',
  );
});

test('threads exist only under messages that exist', async () => {
  await say('C0PAYOUTS');
  const [parent] = slack.messages('C0PAYOUTS');
  await say('C0PAYOUTS', { thread_ts: parent?.ts });
  expect(slack.messages('C0PAYOUTS')[1]?.threadTs).toBe(parent?.ts);
  expect(await errorOf(say('C0PAYOUTS', { thread_ts: '1.000001' }))).toBe('thread_not_found');
});

test('only the bot’s own messages can be edited or deleted', async () => {
  await say('C0PAYOUTS');
  const ts = slack.messages('C0PAYOUTS')[0]?.ts ?? '';
  await client.chat.update({ channel: 'C0PAYOUTS', ts, text: 'changed' });
  expect(slack.messages('C0PAYOUTS')[0]).toMatchObject({ text: 'changed', edits: [{ text: 'x' }] });
  expect(await errorOf(client.chat.update({ channel: 'C0PAYOUTS', ts: '1.2', text: 'x' }))).toBe(
    'message_not_found',
  );
  await client.chat.delete({ channel: 'C0PAYOUTS', ts });
  expect(slack.messages('C0PAYOUTS')).toEqual([]);
});

test('a file arrives in the thread with its bytes', async () => {
  await say('C0PAYOUTS');
  const thread_ts = slack.messages('C0PAYOUTS')[0]?.ts ?? '';
  await client.filesUploadV2({
    channel_id: 'C0PAYOUTS',
    thread_ts,
    filename: 'digest.csv',
    file: Buffer.from('link,amount\n'),
    initial_comment: 'the whole list',
  });
  const shared = slack.messages('C0PAYOUTS')[1];
  expect(shared).toMatchObject({
    threadTs: thread_ts,
    text: 'the whole list',
    files: [{ name: 'digest.csv' }],
  });
  expect(shared?.files[0]?.content.toString()).toBe('link,amount\n');
});

test('an ephemeral message goes to a channel: a person’s id is none', async () => {
  const { operator } = slack.people;
  const whisper = (channel: string): Promise<string | undefined> =>
    errorOf(client.apiCall('chat.postEphemeral', { channel, user: operator.id, text: 'x' }));
  expect(await whisper('C0PAYOUTS')).toBeUndefined();
  expect(await whisper(operator.id)).toBe('channel_not_found');
});
