/**
 * Owns the same command as `bare-bolt.ts` with `chat` and its Slack adapter, over HTTP by Hono, as their guides write it. It answers by
 * chat.postEphemeral, since a command has no response_url there. What production would keep in Redis it keeps in memory.
 */

import { createSlackAdapter } from '@chat-adapter/slack';
import { createMemoryState } from '@chat-adapter/state-memory';
import { serve } from '@hono/node-server';
import { create as createAxios } from 'axios';
import { Actions, Button, Card, Chat, Field, Fields } from 'chat';
import { Hono } from 'hono';

const { env } = process;
const bot = new Chat({
  userName: 'bench',
  // It reads SLACK_BOT_TOKEN, SLACK_SIGNING_SECRET and SLACK_API_URL.
  adapters: { slack: createSlackAdapter() },
  state: createMemoryState(),
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

bot.onSlashCommand('/payout', async (event) => {
  const linkId = event.text.replace('track ', '');
  const pagination = { pageNumber: '1', recordsPerPage: '10' };
  const [tracked, listed] = await Promise.all([
    instantpay.get<Tracked>(`/payments/payout/link/track/${linkId}`),
    instantpay.get<Listed>('/payments/payout/link/list', { data: { filters: { linkId }, pagination } }),
  ]);
  const link = tracked.data.data;
  const record = listed.data.data.records[0];
  const card = Card({
    title: `${link.status}: ₹${link.amount} to ${record?.contactDetails.name}`,
    children: [
      Fields([
        Field({ label: 'Purpose', value: record?.purpose ?? '' }),
        Field({ label: 'Expires', value: record?.expiredAt ?? '' }),
        Field({ label: 'Link ID', value: linkId }),
      ]),
      Actions([
        Button({ id: 'remind', label: 'Send reminder', value: linkId }),
        Button({ id: 'cancel', label: 'Cancel', value: linkId }),
      ]),
    ],
  });
  await event.channel.postEphemeral(event.user, card, { fallbackToDM: false });
});

const app = new Hono();
app.post('/slack/events', (context) => bot.webhooks.slack(context.req.raw));
serve({ fetch: app.fetch, port: Number(env.PORT), hostname: '127.0.0.1' }, () => {
  process.stdout.write('listening\n');
});
