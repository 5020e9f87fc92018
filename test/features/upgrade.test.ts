/** Owns an upgrade over HTTP: two versions through a migration of the schema, and back, on both engines. */

import { afterEach, describe, expect, onTestFinished, test } from 'vitest';
import { createApp } from '../../src/app.ts';
import { loadConfig } from '../../src/config.ts';
import { createLog } from '../../src/log.ts';
import { openStore } from '../../src/store/database.ts';
import { CHANGES, OTHER_VERSION } from '../../src/store/migrations/all.ts';
import { databases, ENGINES } from '../store/engines.ts';
import { additive, breaking } from '../store/next-version.ts';
import { FOREVER, openBot, read, type TestBot } from './bot.ts';
import { approve, askToCancel } from './steps.ts';

let bot: TestBot;
afterEach(() => bot.close());

describe.each(ENGINES)('on %s', (engine) => {
  const fresh = databases(engine);
  const NEXT = [...CHANGES, additive(engine)];

  /** A replica of the version that knows one change more. */
  async function startNext() {
    const app = await createApp(loadConfig(bot.env), {
      clock: bot.clock,
      patience: FOREVER,
      cronOf: () => '0 0 1 1 *',
      homesCollectMs: 0,
      schemaChanges: NEXT,
      log: createLog('silent', []),
    });
    await app.caughtUp;
    onTestFinished(() => app.stop().then(() => {}));
    return app;
  }

  test('the older version goes on while and after the newer one migrates: requests, decisions, digests', async () => {
    const { url } = await fresh();
    bot = await openBot({ env: { DATABASE_URL: url, DIGEST_CHANNEL: 'C0DIGESTS' } });
    const links = bot.instantpay.links('ISSUED').map(({ linkId }) => linkId);
    const before = await askToCancel(bot, { linkId: links[0] ?? '' });
    // SQLite serves one process: the older one is stopped, as docs/upgrading.md says.
    if (engine === 'sqlite') await bot.stop();

    const next = await startNext();
    if (engine === 'postgres') {
      // Both run: the older one answers, and both have the digest that is due.
      await approve(bot, before.card);
      await Promise.all([next.digest.work(), bot.app.digest.work()]);
      await Promise.all([next.runApprovals(), bot.app.runApprovals()]);
    }
    await next.stop();

    // Back to the version before, on the schema of the one after.
    if (engine === 'postgres') await bot.restart();
    else await bot.start();
    if (engine === 'sqlite') await approve(bot, before.card);
    expect(bot.instantpay.link(before.linkId)?.status).toBe('CANCELLED');
    const after = await askToCancel(bot, { linkId: links[1] ?? '' });
    await approve(bot, after.card);
    expect(read(after.card)).toContain('Link cancelled');
    expect(bot.instantpay.callsOf('cancel')).toHaveLength(2);
    bot.skip(24 * 3_600_000);
    await bot.app.digest.work();
    await bot.app.digest.work();
    const digests = bot.slack.messages(bot.channels.digests).filter((message) => !message.threadTs);
    expect(digests).toHaveLength(1);
    await bot.stop();

    const store = await openStore(url, { changes: NEXT });
    expect(await store.audit.verify()).toMatchObject({ intact: true });
    await store.close();
  });

  test('a breaking change refuses the older version at its start', async () => {
    const { url } = await fresh();
    bot = await openBot({ stopped: true, env: { DATABASE_URL: url } });
    const store = await openStore(url, { changes: [...CHANGES, breaking()] });
    await store.close();
    await expect(bot.start()).rejects.toThrow(OTHER_VERSION);
  });
});
