/** Owns what follows a change of a request: shown before and after its step, and what fails is told and logged. */

import { expect, test } from 'vitest';
import { createLog } from '../../src/log.ts';
import { SlackFailure } from '../../src/slack/api/client.ts';
import { createAdvanceAndShow } from '../../src/slack/advance-and-show.ts';
import { alone, LINK, request } from '../payouts/setup.ts';

const BATCH = alone(request());

function setUp(sync: () => Promise<SlackFailure | undefined>) {
  const lines: object[] = [];
  const log = createLog('trace', [], { write: (line) => void lines.push(JSON.parse(line)) });
  return { advanceAndShow: createAdvanceAndShow(sync, log), lines, log };
}

test('the messages are shown while the step runs, and again when it is done', async () => {
  const order: string[] = [];
  const { advanceAndShow, lines } = setUp(async () => void order.push('shown'));
  const step = async (): Promise<void> => {
    await Promise.resolve();
    order.push('done');
  };
  expect(await advanceAndShow(BATCH, step)).toEqual({ notShown: undefined });
  expect(order).toEqual(['shown', 'done', 'shown']);
  expect(lines).toEqual([]);
});

test('without a step they are shown once, and what Slack refused is told', async () => {
  let times = 0;
  const refused = new SlackFailure('not_in_channel');
  const { advanceAndShow } = setUp(async () => {
    times += 1;
    return refused;
  });
  expect(await advanceAndShow(BATCH)).toEqual({ notShown: refused });
  expect(times).toBe(1);
});

test('a step that fails is told, logged with its request, and what is stored is shown all the same', async () => {
  let times = 0;
  const { advanceAndShow, lines } = setUp(async () => {
    times += 1;
    return undefined;
  });
  const error = new Error('the store is away');
  const failing = () => Promise.reject(error);
  expect(await advanceAndShow(BATCH, failing)).toEqual({ notShown: undefined, error });
  expect(times).toBe(2);
  expect(lines).toMatchObject([
    { level: 'error', msg: 'cancel request step failed', cancelRequestId: 'a1', linkId: LINK },
  ]);
});

test('messages that could not be shown before the step do not count when they are shown after it', async () => {
  let times = 0;
  const { advanceAndShow } = setUp(async () => {
    times += 1;
    if (times === 1) throw new Error('the store is away');
    return undefined;
  });
  expect(await advanceAndShow(BATCH, async () => {})).toEqual({ notShown: undefined });
});

test('every line that a step causes says of which request', async () => {
  const { advanceAndShow, lines, log } = setUp(async () => undefined);
  await advanceAndShow(BATCH, async () => log.info('called'));
  expect(lines).toMatchObject([{ msg: 'called', cancelRequestId: 'a1', linkId: LINK }]);
});
