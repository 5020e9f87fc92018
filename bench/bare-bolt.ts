/**
 * Owns what Payout Desk is measured beside: the least that answers `/payout track` with Bolt and axios, with the same two calls
 * to InstantPay and an answer by response_url. No rights, no masking, no retries, no store, no log.
 */

import '../src/node-version.ts';
import { App, type RespondArguments } from '@slack/bolt';
import { create as createAxios } from 'axios';

const { env } = process;
const appToken = env.SLACK_APP_TOKEN;
const app = new App({
  token: env.SLACK_BOT_TOKEN ?? '',
  signingSecret: env.SLACK_SIGNING_SECRET ?? '',
  ...(appToken !== undefined && { socketMode: true, appToken }),
  clientOptions: { slackApiUrl: env.SLACK_API_URL ?? '' },
});
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

interface Tracked {
  data: { status: string; amount: number; linkId: string };
}
interface Listed {
  data: { records: { purpose: string; expiredAt: string; contactDetails: { name: string } }[] };
}

app.command('/payout', async ({ command, ack, respond }) => {
  await ack();
  await respond(await track(command.text.replace('track ', '')));
});
app.event('app_mention', async ({ event, say }) => {
  await say(await track(event.text.replace(/^<@\w+> track /, '')));
});

async function track(linkId: string) {
  const pagination = { pageNumber: '1', recordsPerPage: '10' };
  const [tracked, listed] = await Promise.all([
    instantpay.get<Tracked>(`/payments/payout/link/track/${linkId}`),
    instantpay.get<Listed>('/payments/payout/link/list', { data: { filters: { linkId }, pagination } }),
  ]);
  const link = tracked.data.data;
  const record = listed.data.data.records[0];
  const text = `${link.status}: ₹${link.amount} to ${record?.contactDetails.name}`;
  const fields = [`Purpose: ${record?.purpose}`, `Expires: ${record?.expiredAt}`, `Link ID: ${linkId}`];
  return {
    text,
    blocks: [
      { type: 'section', text: { type: 'plain_text', text } },
      { type: 'section', fields: fields.map((field) => ({ type: 'plain_text', text: field })) },
      {
        type: 'actions',
        elements: [
          {
            type: 'button',
            action_id: 'remind',
            text: { type: 'plain_text', text: 'Send reminder' },
            value: linkId,
          },
          {
            type: 'button',
            action_id: 'cancel',
            text: { type: 'plain_text', text: 'Cancel' },
            value: linkId,
          },
        ],
      },
    ],
  } satisfies RespondArguments;
}

await app.start({ port: Number(env.PORT), host: '127.0.0.1' });
process.stdout.write('listening\n');
