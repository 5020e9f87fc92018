/**
 * Owns the same command as `bare-bolt.ts` as a script of hubot: a mention by Socket Mode, with the adapter that its documentation
 * names. The adapter posts one message at a time, which is how it is made.
 */

import { setTimeout as pause } from 'node:timers/promises';
import { SlackBot } from '@hubot-friends/hubot-slack/src/Bot.mjs';
import { WebClient } from '@slack/web-api';
import { create as createAxios } from 'axios';
import { Robot } from 'hubot';

const { env } = process;
const slackApiUrl = env.SLACK_API_URL ?? '';
// What the adapter's `use` does, and where Slack is: for that it has no setting.
const adapter = {
  use: (robot) =>
    new SlackBot(robot, {
      appToken: env.SLACK_APP_TOKEN,
      botToken: env.SLACK_BOT_TOKEN,
      socketModeOptions: { clientOptions: { slackApiUrl } },
      web: new WebClient(env.SLACK_BOT_TOKEN, { slackApiUrl, maxRequestConcurrency: 1, logLevel: 'error' }),
    }),
};
const instantpay = createAxios({
  baseURL: env.INSTANTPAY_BASE_URL ?? '',
  headers: {
    'X-Ipay-Auth-Code': '1',
    'X-Ipay-Client-Id': env.INSTANTPAY_CLIENT_ID ?? '',
    'X-Ipay-Client-Secret': env.INSTANTPAY_CLIENT_SECRET ?? '',
    'X-Ipay-Endpoint-Ip': env.INSTANTPAY_ENDPOINT_IP ?? '',
    'Content-Type': 'application/json',
  },
});

const robot = new Robot(adapter, false, 'bench');
robot.respond(/track ([0-9a-f]{24})$/, async (response) => {
  const linkId = response.match[1];
  const pagination = { pageNumber: '1', recordsPerPage: '10' };
  const [tracked, listed] = await Promise.all([
    instantpay.get(`/payments/payout/link/track/${linkId}`),
    instantpay.get('/payments/payout/link/list', { data: { filters: { linkId }, pagination } }),
  ]);
  const link = tracked.data.data;
  const record = listed.data.data.records[0];
  const text = `${link.status}: ₹${link.amount} to ${record?.contactDetails.name}`;
  const fields = [`Purpose: ${record?.purpose}`, `Expires: ${record?.expiredAt}`, `Link ID: ${linkId}`];
  const button = (id, label) => ({
    type: 'button',
    action_id: id,
    text: { type: 'plain_text', text: label },
    value: linkId,
  });
  await response.send({
    text,
    blocks: [
      { type: 'section', text: { type: 'plain_text', text } },
      { type: 'section', fields: fields.map((field) => ({ type: 'plain_text', text: field })) },
      { type: 'actions', elements: [button('remind', 'Send reminder'), button('cancel', 'Cancel')] },
    ],
  });
});

await robot.loadAdapter();
await robot.run();
// It asks Slack who it is after it is connected, and drops what comes before.
while (!robot.adapter.self) await pause(10);
process.stdout.write('listening\n');
