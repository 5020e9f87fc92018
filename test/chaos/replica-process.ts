/** Owns the process of one replica: what `npm start` does, on a clock of its own, doing what the test asks. */

import { z } from 'zod';
import { run } from '../../src/main.ts';

/** What the parent asks of a replica, each answered when it is done. */
const order = z.discriminatedUnion('do', [
  z.object({ id: z.number(), do: z.literal('skip'), ms: z.number() }),
  z.object({ id: z.number(), do: z.literal('digests') }),
]);
export type Order = z.infer<typeof order>;

async function runReplica(): Promise<void> {
  // However the parent ends, this channel closes with it.
  process.on('disconnect', () => process.exit(0));
  const env = process.env;
  const startedAt = Date.now();
  const speed = Number(env['CHAOS_CLOCK_SPEED'] ?? 1);
  let shiftMs = Number(env['CHAOS_CLOCK_SHIFT_MS'] ?? 0);
  const app = await run(env, {
    clock: () => Math.round(startedAt + (Date.now() - startedAt) * speed + shiftMs),
    cronOf: (job) => (/^digest|^stuck/.test(job) ? '0 0 1 1 *' : env['CHAOS_APPROVALS_CRON']),
    ...(env['CHAOS_CARD_LEASE_MS'] && { cardLeaseMs: Number(env['CHAOS_CARD_LEASE_MS']) }),
    ...(env['CHAOS_DIGEST_LEASE_MS'] && { digestLeaseMs: Number(env['CHAOS_DIGEST_LEASE_MS']) }),
  });
  if (!app) process.exit();
  const obey = async (asked: Order): Promise<void> => {
    switch (asked.do) {
      case 'skip':
        shiftMs += asked.ms;
        return;
      case 'digests':
        await app.digest?.work();
        return;
    }
  };
  process.on('message', (message) => {
    const asked = order.parse(message);
    obey(asked).then(
      () => process.send?.({ id: asked.id }),
      (error: unknown) => process.send?.({ id: asked.id, problem: String(error) }),
    );
  });
  process.send?.({ port: app.port });
}

if (import.meta.main) await runReplica();
