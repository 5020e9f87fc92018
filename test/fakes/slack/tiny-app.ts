/** Owns the smallest real Bolt app these tests need, over HTTP or Socket Mode. */

import type { Receiver } from '@slack/bolt';
import { App, HTTPReceiver, LogLevel, SocketModeReceiver } from '@slack/bolt';
import type { ChatPostMessageArguments, ChatPostMessageResponse, KnownBlock } from '@slack/web-api';
import type { LocalSlack } from '../../../fakes/slack/slack.ts';

export interface TinyApp {
  app: App;
  /** Where it takes deliveries over HTTP. */
  url: string;
  stop(): Promise<void>;
}

/** Failures are the tests' business: nothing is tried again and nothing is printed. */
const silent = {
  debug() {},
  info() {},
  warn() {},
  error() {},
  setLevel() {},
  setName() {},
  getLevel: () => LogLevel.ERROR,
};

function clientOptions(slack: LocalSlack) {
  return { slackApiUrl: slack.apiUrl, retryConfig: { retries: 0 } };
}

export async function startOverHttp(slack: LocalSlack, wire: (app: App) => void): Promise<TinyApp> {
  const receiver = new HTTPReceiver({ signingSecret: slack.signingSecret, logger: silent });
  const app = appWith(slack, receiver, wire);
  const server = await receiver.start({ port: 0, host: '127.0.0.1' });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const url = `http://127.0.0.1:${address.port}/slack/events`;
  slack.deliverTo(url);
  const stop = async (): Promise<void> => {
    await receiver.stop();
  };
  return { app, url, stop };
}

export interface SocketApp extends TinyApp {
  start(): Promise<void>;
}

/** The pause before a reconnection; as it is the ping time-out too, a shorter one would cut healthy connections. */
const RECONNECT_MS = 400;

/** Not started yet: some tests want to see that go wrong. */
export function makeSocketApp(slack: LocalSlack, wire: (app: App) => void, reconnects = false): SocketApp {
  const receiver = new SocketModeReceiver({
    appToken: slack.appToken,
    ...(reconnects ? { clientPingTimeout: RECONNECT_MS } : {}),
    logger: silent,
    installerOptions: { clientOptions: clientOptions(slack) },
  });
  const app = appWith(slack, receiver, wire);
  return {
    app,
    url: '',
    async start() {
      await app.start();
    },
    async stop() {
      await receiver.client.disconnect();
    },
  };
}

export async function startOverSocket(
  slack: LocalSlack,
  wire: (app: App) => void,
  reconnects = false,
): Promise<TinyApp> {
  const app = makeSocketApp(slack, wire, reconnects);
  await app.start();
  return app;
}

function appWith(slack: LocalSlack, receiver: Receiver, wire: (app: App) => void): App {
  const app = new App({
    token: slack.botToken,
    receiver,
    clientOptions: clientOptions(slack),
    logger: silent,
    // The check at the start runs on by itself, also when the test is over already.
    tokenVerificationEnabled: false,
  });
  app.error(async () => {});
  wire(app);
  return app;
}

/** Through apiCall: the linter takes `chat.postMessage` for the browser's `window.postMessage`. */
export async function post(
  app: TinyApp,
  message: ChatPostMessageArguments,
): Promise<ChatPostMessageResponse> {
  return await app.app.client.apiCall('chat.postMessage', { ...message });
}

export function buttons(...labels: string[]): KnownBlock[] {
  return [
    {
      type: 'actions',
      elements: labels.map((label) => ({
        type: 'button',
        text: { type: 'plain_text', text: label },
        action_id: label.toLowerCase(),
        value: `value of ${label}`,
      })),
    },
  ];
}
