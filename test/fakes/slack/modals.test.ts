/** Owns what holds for modals and the home tab: triggers, forms, the answers to a submission. */

import type { App, ViewResponseAction } from '@slack/bolt';
import type { ActionsBlock, ModalView } from '@slack/web-api';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type JsonObject, objectOf, objectsOf } from '../../../fakes/slack/json.ts';
import type { LocalSlack } from '../../../fakes/slack/slack.ts';
import { startSlack } from '../../../fakes/slack/slack.ts';
import type { TinyApp } from './tiny-app.ts';
import { startOverHttp } from './tiny-app.ts';

let slack: LocalSlack;
let app: TinyApp;
let clock = 0;
let reply: ViewResponseAction | undefined;
let submitted: unknown;

const modal = (title: string): ModalView => ({
  type: 'modal',
  callback_id: 'why',
  title: { type: 'plain_text', text: title },
  submit: { type: 'plain_text', text: 'Send' },
  blocks: [
    {
      type: 'input',
      block_id: 'reason',
      label: { type: 'plain_text', text: 'Reason' },
      element: { type: 'plain_text_input', action_id: 'text', max_length: 20 },
    },
  ],
});

const picks = (blockId: string): ActionsBlock => ({
  type: 'actions',
  block_id: blockId,
  elements: [
    {
      type: 'checkboxes',
      action_id: 'pick',
      options: [{ text: { type: 'plain_text', text: 'Yes' }, value: 'yes' }],
    },
    { type: 'button', action_id: 'again', text: { type: 'plain_text', text: 'Again' } },
  ],
});

function wire(bolt: App): void {
  bolt.command('/payout', async ({ ack, command, client }) => {
    await ack();
    if (command.text === 'modal')
      await client.views.open({ trigger_id: command.trigger_id, view: modal('Why?') });
  });
  bolt.view('why', async ({ ack, view }) => {
    submitted = view.state.values;
    if (reply) await ack(reply);
    else await ack();
  });
  bolt.event('app_home_opened', async ({ event, client }) => {
    const text = { type: 'mrkdwn' as const, text: `Hello <@${event.user}>` };
    await client.views.publish({
      user_id: event.user,
      view: { type: 'home', blocks: [{ type: 'section', text }, picks('first')] },
    });
  });
  bolt.action('pick', async ({ ack }) => ack());
  bolt.action('again', async ({ ack, body, client }) => {
    await ack();
    await client.views.publish({
      user_id: body.user.id,
      view: { type: 'home', blocks: [picks('second')] },
    });
  });
}

beforeEach(async () => {
  clock = 1_000_000;
  reply = undefined;
  slack = await startSlack({ now: () => clock });
  app = await startOverHttp(slack, wire);
});

afterEach(async () => {
  await app.stop();
  await slack.close();
});

async function openModal() {
  const sent = await slack.people.operator.command('/payout', 'modal');
  return { view: await slack.people.operator.modal(), trigger: sent.triggerId ?? '' };
}

const open = (trigger_id: string): Promise<unknown> =>
  app.app.client.views.open({ trigger_id, view: modal('Again?') }).then(
    () => 'opened',
    (error: { data?: { error?: string } }) => error.data?.error,
  );

test('opens, takes the form, and closes', async () => {
  const { view } = await openModal();
  await slack.people.operator.submit(view, { Reason: 'sent twice' });
  expect(submitted).toEqual({ reason: { text: { type: 'plain_text_input', value: 'sent twice' } } });
  expect(view.isOpen).toBe(false);
});

test('a trigger id works once', async () => {
  const { trigger } = await openModal();
  expect(await open(trigger)).toBe('exchanged_trigger_id');
});

test('a trigger id works for three seconds, and no longer', async () => {
  const { operator } = slack.people;
  const [early, late] = [await operator.command('/payout', 'x'), await operator.command('/payout', 'x')];
  clock += 2_999;
  expect(await open(early.triggerId ?? '')).toBe('opened');
  clock += 1;
  expect(await open(late.triggerId ?? '')).toBe('expired_trigger_id');
  expect(await open('1.2.made-up')).toBe('invalid_trigger_id');
});

test('the form itself refuses what Slack would not submit', async () => {
  const { view } = await openModal();
  const { operator } = slack.people;
  await expect(operator.submit(view, {})).rejects.toThrow('"Reason" is required');
  await expect(operator.submit(view, { Reason: 'x'.repeat(21) })).rejects.toThrow('too long');
  await expect(operator.submit(view, { Amount: '1' })).rejects.toThrow('no field Amount');
  await operator.submit(view, {}, { lenient: true });
  expect(submitted).toEqual({ reason: { text: { type: 'plain_text_input', value: null } } });
});

test('errors stay on the form; errors for no field are a failure', async () => {
  const { view } = await openModal();
  reply = { response_action: 'errors', errors: { reason: 'Say more' } };
  await slack.people.operator.submit(view, { reason: 'x' });
  expect(view).toMatchObject({ isOpen: true, errors: { reason: 'Say more' } });
  reply = { response_action: 'errors', errors: { nowhere: 'Say more' } };
  await slack.people.operator.submit(view, { reason: 'x' });
  expect(slack.people.operator.notices()[0]).toContain('nowhere');
});

test('an answer may update the modal, push another, or clear them all', async () => {
  const { view } = await openModal();
  reply = { response_action: 'update', view: modal('Updated') };
  await slack.people.operator.submit(view, { reason: 'x' });
  expect(view.view.title).toMatchObject({ text: 'Updated' });
  reply = { response_action: 'push', view: modal('Second') };
  await slack.people.operator.submit(view, { reason: 'x' });
  const second = await slack.people.operator.modal();
  expect(second).toMatchObject({ previousId: view.id, view: { title: { text: 'Second' } } });
  reply = { response_action: 'push', view: modal('Third') };
  await slack.people.operator.submit(second, { reason: 'x' });
  const third = await slack.people.operator.modal();
  await slack.people.operator.submit(third, { reason: 'x' });
  expect(slack.people.operator.notices()[0]).toContain('push_limit_reached');
  reply = { response_action: 'clear' };
  await slack.people.operator.submit(third, { reason: 'x' });
  expect(slack.views.map(({ isOpen }) => isOpen)).toEqual([false, false, false]);
});

test('a title Slack would not take is refused, and the trigger is not spent on it', async () => {
  const sent = await slack.people.operator.command('/payout', 'x');
  const view = modal('A title that is far too long');
  const trigger_id = sent.triggerId ?? '';
  await expect(app.app.client.views.open({ trigger_id, view })).rejects.toMatchObject({
    data: {
      error: 'invalid_arguments',
      response_metadata: { messages: [expect.stringContaining('/view/title/text')] },
    },
  });
  expect(await open(trigger_id)).toBe('opened');
});

test('the home tab is published to the person who opened it', async () => {
  await slack.people.approver.openHome();
  const home = await slack.people.approver.home();
  expect(home.view.blocks).toMatchObject([{ text: { text: 'Hello <@U0VIKRAM>' } }, { block_id: 'first' }]);
  expect(slack.views.filter(({ userId }) => userId !== 'U0VIKRAM')).toEqual([]);
});

test('a view keeps what was chosen in it while the app shows the same block again, and no longer', async () => {
  const { operator } = slack.people;
  await operator.openHome();
  const home = await operator.home();
  await operator.choose(home, 'pick', ['Yes']);
  const sent = await operator.click(home, 'Again');
  expect(chosenIn(sent.outbound.payload)).toEqual({ first: 1 });
  await slack.waitFor(() => JSON.stringify(home.view).includes('second') || undefined);
  expect(chosenIn((await operator.click(home, 'Again')).outbound.payload)).toEqual({ second: 0 });
});

/** How many options are chosen, by block. */
function chosenIn(payload: JsonObject): Record<string, number> {
  const values = objectOf(objectOf(objectOf(payload.view).state).values);
  return Object.fromEntries(
    Object.entries(values).map(([blockId, block]) => [
      blockId,
      objectsOf(objectOf(objectOf(block).pick).selected_options).length,
    ]),
  );
}
