/** Owns sending a request: its attempts, the event of each, and how far InstantPay's clock is from ours (R24). */

import { type Answer, readAnswer, type WireAnswer } from './answer.ts';
import { InstantPayError } from './errors.ts';
import type { Emit } from './events.ts';
import type { ReadOptions } from './options.ts';
import type { Pace } from './pace.ts';
import type { OperationRequest } from './requests.ts';
import { type RetryRule, withRetries } from './retry.ts';
import type { Transport } from './transport.ts';
import { createTurns } from './turns.ts';

/** Rejects with the InstantPayError of the last attempt. */
export type Send = (rule: RetryRule, request: OperationRequest) => Promise<Answer>;

/** Each attempt may take `options.timeoutMs`, all attempts and waits together twice that. */
export function createSend(options: ReadOptions, transport: Transport, emit: Emit, pace: Pace): Send {
  const ownTurn = createTurns();
  return (rule, { place, ...request }) =>
    withRetries(rule, options, request.signal, async (attempt, deadlineMs) => {
      await place?.take();
      const tell = pace.attempt();
      try {
        const wire = await transport.send({ ...request, deadlineMs, freshConnection: rule === 'once' });
        if (isRead(wire)) place?.release();
        if (request.operation === 'list') await ownTurn();
        const answer = readAnswer(request.operation, wire);
        tell(undefined);
        emit.answered(request.operation, attempt, answer, clockSkew(answer, options.now()));
        return answer;
      } catch (error) {
        if (error instanceof InstantPayError) {
          tell(error);
          emit.failed(attempt, error);
        }
        throw error;
      }
    });
}

/** With any other status InstantPay may have too much to do: its place is kept until that is told. */
const isRead = ({ httpStatus }: WireAnswer): boolean => httpStatus >= 200 && httpStatus < 300;

/** Returns how far InstantPay's clock is ahead, in milliseconds: what no time between sending and answer explains (R24). */
function clockSkew({ answeredAt, elapsedMs }: Answer, now: number): number | undefined {
  if (answeredAt === undefined) return undefined;
  const sentAt = now - elapsedMs;
  const withinSecond = answeredAt + 999; // the answer tells whole seconds
  if (answeredAt > now) return answeredAt - now;
  return withinSecond < sentAt ? withinSecond - sentAt : 0;
}
