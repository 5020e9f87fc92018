/** Owns SIGTERM under load: each acknowledged request gets an answer, a result or “restarting”, and the exit code is 0. */

import { expect, test } from 'vitest';
import type { Delivered } from '../../fakes/slack/deliveries.ts';
import { INTERRUPTED, RESTARTING } from '../../src/slack/dispatch.ts';
import { startReplica } from './replica.ts';
import { isFull, percentile, report, size } from './size.ts';
import { openStage, read } from './stage.ts';

/** How often a replica is started, loaded and stopped. */
const STOPS = size(2, 20);
const A_SECOND = 50;
const BEFORE_MS = size(800, 3_000);
const ENDS_WITHIN_MS = 10_000;

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

test(`stopped ${STOPS} times under ${A_SECOND} commands a second`, async () => {
  const stage = await openStage({ settings: { LOG_LEVEL: 'warn' } });
  const { instantpay, people, settings, toInstantPay } = stage;
  // InstantPay takes its time, so that a stop finds work under way.
  toInstantPay.after = () => wait(Math.random() * 400);
  const tally = { acknowledged: 0, refused: 0, restarting: 0 };
  const endedAfterMs: number[] = [];
  try {
    for (let round = 0; round < STOPS; round += 1) {
      const replica = await startReplica({ settings });
      stage.deliverTo(replica.url);
      const sent: Promise<Delivered>[] = [];
      const load = setInterval(() => {
        const { linkId } = instantpay.addLink();
        const commands = [
          `track ${linkId}`,
          `notify ${linkId}`,
          'help',
          `cancel ${linkId} paid twice`,
          'list',
        ];
        sent.push(people.operator.command('/payout', commands[sent.length % commands.length]));
      }, 1_000 / A_SECOND);
      await wait(BEFORE_MS + Math.random() * 200);
      const end = await replica.stop();
      clearInterval(load);
      endedAfterMs.push(end.afterMs);
      expect(end).toMatchObject({ code: 0, said: '' });
      expect(end.afterMs).toBeLessThan(ENDS_WITHIN_MS);
      const delivered = await Promise.all(sent);
      const acknowledged = delivered.filter(({ ack }) => ack.acknowledged);
      const unanswered = acknowledged.filter(({ answers }) => answers.length === 0);
      expect(unanswered.map(({ outbound }) => outbound.payload['text'])).toEqual([]);
      tally.acknowledged += acknowledged.length;
      tally.refused += delivered.length - acknowledged.length;
      tally.restarting += acknowledged.filter(({ answers }) =>
        [RESTARTING, INTERRUPTED].some((sentence) => answers.map(read).join().includes(sentence)),
      ).length;
    }
  } finally {
    await stage.close();
  }
  // The load went on before, during and after the stop.
  expect(tally.acknowledged).toBeGreaterThan(STOPS * 20);
  report('SIGTERM under load', {
    stops: STOPS,
    acknowledged: tally.acknowledged,
    'of these told it is restarting': tally.restarting,
    'not acknowledged, after the end': tally.refused,
    'acknowledged and lost': 0,
    'ended after ms, p50': percentile(endedAfterMs, 0.5),
    'ended after ms, max': percentile(endedAfterMs, 1),
  });
});

// Eight seconds of waiting: at full size alone.
test.runIf(isFull)(
  'stopped while InstantPay hangs: whoever waits is told, and the replica still ends with 0 in time',
  async () => {
    const stage = await openStage({ settings: { LOG_LEVEL: 'warn', INSTANTPAY_TIMEOUT: '20s' } });
    const { instantpay, people, settings } = stage;
    try {
      const replica = await startReplica({ settings });
      stage.deliverTo(replica.url);
      instantpay.fault({ effect: { kind: 'noHeaders' }, times: 0 });
      const { linkId } = instantpay.addLink();
      const sent = await people.operator.command('/payout', `track ${linkId}`);
      expect(sent.ack.acknowledged).toBe(true);
      const end = await replica.stop();
      expect(end).toMatchObject({ code: 0, said: '' });
      expect(end.afterMs).toBeLessThan(ENDS_WITHIN_MS);
      expect(sent.answers.map(read).join()).toContain(INTERRUPTED);
    } finally {
      await stage.close();
    }
  },
);
