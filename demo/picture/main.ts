/** Owns `npm run picture`: plays a request and a digest and renders what people see to docs/payout-desk.png. */

import '../../src/node-version.ts';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { Message } from 'slack-blocks-to-jsx';
import { createApp } from '../../src/app.ts';
import { loadConfig } from '../../src/config.ts';
import { createLog } from '../../src/log.ts';
import { startInstantPay } from '../../fakes/instantpay/server.ts';
import type { SlackMessage } from '../../fakes/slack/board.ts';
import { startSlack } from '../../fakes/slack/slack.ts';

/** A Friday morning in IST, so that the picture is the same whenever it is made. */
const MORNING = Date.parse('2026-11-20T10:00:00+05:30');
const WIDTH = 1240;
const HEIGHT = 1000;

const folder = await mkdtemp(join(tmpdir(), 'payout-desk-picture-'));
let now = MORNING - 1_000;
const clock = (): number => now;
const slack = await startSlack({ now: clock });
const instantpay = await startInstantPay({ clock });
const { people, channels } = slack;
const app = await createApp(
  loadConfig({
    SLACK_BOT_TOKEN: slack.botToken,
    SLACK_SIGNING_SECRET: slack.signingSecret,
    SLACK_API_URL: slack.apiUrl,
    INSTANTPAY_CLIENT_ID: instantpay.credentials.clientId,
    INSTANTPAY_CLIENT_SECRET: instantpay.credentials.clientSecret,
    INSTANTPAY_ENDPOINT_IP: instantpay.credentials.endpointIp,
    INSTANTPAY_BASE_URL: instantpay.url,
    DATABASE_URL: `sqlite:${join(folder, 'payout-desk.db')}`,
    APPROVAL_CHANNEL: channels.approvals.id,
    APPROVERS: people.approver.id,
    OPERATORS: people.operator.id,
    DIGEST_CHANNEL: channels.digests.id,
    HOST: '127.0.0.1',
    PORT: '0',
  }),
  { clock, log: createLog('silent', []) },
);
slack.deliverTo(`http://127.0.0.1:${app.port}/slack/events`);

const link = instantpay.links('ISSUED').find((one) => one.amountPaise > 100_000_00);
await people.operator.command('/payout', `cancel ${link?.linkId} duplicate of invoice 118`);
const card = await slack.message(channels.approvals, (message) => message.blocks.length > 0);
now = MORNING;
await app.digest?.work();
const asked = { ...card };
await people.approver.click(card, 'Approve');
await slack.waitFor(() => JSON.stringify(card.blocks).includes('Link cancelled'), {
  what: 'the outcome on the card',
});
const digest = await slack.message(channels.digests, (message) => message.blocks.length > 0);

process.env['TZ'] = 'Asia/Kolkata';

/** One message as the renderer draws it. */
function draw(message: SlackMessage): string {
  const shown = createElement(Message, {
    name: 'Payout Desk',
    logo: 'data:image/svg+xml,%3Csvg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 36 36"%3E%3Crect width="36" height="36" rx="6" fill="%231d3557"/%3E%3Ctext x="18" y="25" font-size="19" text-anchor="middle" fill="white" font-family="sans-serif"%3E₹%3C/text%3E%3C/svg%3E',
    time: new Date(MORNING),
    theme: 'light',
    // The renderer and Slack describe the same JSON with types of their own; and the renderer reads formatting into
    // plain text, where Slack reads none, so the asterisks of a masked number are drawn with a look-alike.
    blocks: JSON.parse(
      JSON.stringify(message.blocks).replace(/\*{2,}/g, (stars) => '\u2217'.repeat(stars.length)),
    ),
    data: {
      users: Object.values(people).map(({ id, name }) => ({ id, name })),
      channels: Object.values(channels),
    },
  });
  return renderToStaticMarkup(shown);
}

function column(channel: string, ...messages: SlackMessage[]): string {
  return `<main><h1># ${channel}</h1>${messages.map(draw).join('')}</main>`;
}

const styles = createRequire(import.meta.url)
  .resolve('slack-blocks-to-jsx')
  .replace(/index\.\w+$/, 'style.css');
const page = `<!doctype html><meta charset="utf-8"><style>${await readFile(styles, 'utf8')}</style><style>
  body { margin: 0; padding: 24px; display: grid; grid-template-columns: 5fr 6fr; gap: 24px; align-items: start;
         font-family: Lato, "DejaVu Sans", sans-serif; background: #f3f4f6 }
  main { min-width: 0; overflow: hidden; background: white; border: 1px solid #d9dce1; border-radius: 10px; padding: 4px 18px 18px }
  main > div { border: 0 !important; padding: 0 !important; width: 100% !important; max-width: none !important }
  h1 { font-size: 15px; border-bottom: 1px solid #eceef1; padding: 10px 0; margin: 0 0 10px }
</style>${column(channels.approvals.name, asked, card)}${column(channels.digests.name, digest)}`;
const html = join(folder, 'picture.html');
await writeFile(html, page);
await app.stop();
await instantpay.close();
await slack.close();

const picture = fileURLToPath(new URL('../../docs/payout-desk.png', import.meta.url));
await promisify(execFile)(process.env['CHROMIUM'] ?? 'chromium', [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--hide-scrollbars',
  `--user-data-dir=${join(folder, 'browser')}`,
  `--window-size=${WIDTH},${HEIGHT}`,
  `--screenshot=${picture}`,
  `file://${html}`,
]);
await rm(folder, { recursive: true, force: true });
process.stdout.write(`${picture}\n`);
