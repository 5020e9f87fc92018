/** Owns log lines and metrics of the InstantPay client's events; they hold no private value. */

import type { ClientEvent } from '../instantpay/client.ts';
import type { Log } from '../log.ts';
import { type Clock, HOUR_MS, MINUTE_MS } from '../payouts/time.ts';
import type { Metrics } from './metrics.ts';

type Event<Type extends ClientEvent['type']> = Extract<ClientEvent, { type: Type }>;

/** R24: a larger difference between the clocks is logged and reported by the doctor. */
export const SKEW_MS = 2 * MINUTE_MS;
/** Every answer tells the time: one line an hour is enough. */
const SKEW_TOLD_EVERY_MS = HOUR_MS;

/** R1: a record that does not answer the filter, and one that cannot be read, are two messages of the log. */
export const MISMATCHED = 'InstantPay sent records that were not asked for';
export const UNREADABLE = 'InstantPay sent records that cannot be read';

/** How many pages walks ask for at once. */
export const PACE_SLOWER = 'InstantPay overloaded, fewer pages at once';
export const PACE_FASTER = 'InstantPay answers again, more pages at once';

/** Returns the listener for the client's `onEvent`. `clock`: epoch milliseconds. */
export function observeInstantPay(log: Log, metrics: Metrics, clock: Clock) {
  let skewTellableAt = -Infinity;

  function seeClock(skewMs: number | undefined): void {
    if (skewMs === undefined) return;
    metrics.clockSkew.set(skewMs / 1_000);
    if (Math.abs(skewMs) <= SKEW_MS || clock() < skewTellableAt) return;
    skewTellableAt = clock() + SKEW_TOLD_EVERY_MS;
    log.warn({ skewMs }, 'clock differs from InstantPay');
  }

  return (event: ClientEvent): void => {
    switch (event.type) {
      case 'page':
        seePage(event, log, metrics);
        return;
      case 'page_size':
        log.warn(
          { from: event.from, to: event.to },
          'InstantPay refused the page size, smaller pages from now on',
        );
        return;
      case 'pace': {
        const { from, to } = event;
        if (to < from) log.warn({ from, to }, PACE_SLOWER);
        else log.info({ from, to }, PACE_FASTER);
        return;
      }
      case 'attempt':
        seeAttempt(event, log, metrics);
        seeClock(event.skewMs);
    }
  };
}

/** R1: what does not answer the filter and what cannot be read are two things. */
function seePage(event: Event<'page'>, log: Log, metrics: Metrics): void {
  const { operation, unreadable, ipayUuid } = event;
  const { status, linkId, contact } = event.mismatched;
  const mismatched = status + linkId + contact;
  if (mismatched > 0) {
    metrics.mismatches.inc(mismatched);
    log.warn({ operation, mismatched, ipayUuid }, MISMATCHED);
  }
  if (unreadable > 0) {
    metrics.unreadable.inc(unreadable);
    log.warn({ operation, unreadable, ipayUuid }, UNREADABLE);
  }
}

function seeAttempt(event: Event<'attempt'>, log: Log, metrics: Metrics): void {
  const { operation, attempt, kind, sent, httpStatus, statuscode, ipayUuid, elapsedMs, reason } = event;
  metrics.calls.inc({ operation, outcome: kind });
  if (elapsedMs !== undefined) metrics.callSeconds.observe({ operation }, elapsedMs / 1_000);
  const fields = { operation, attempt, kind, sent, httpStatus, statuscode, ipayUuid, elapsedMs, reason };
  const isWrite = operation === 'cancel' || operation === 'notify';
  // Writes are logged at the default level, with the request ID that InstantPay's support asks for (R19).
  if (kind === 'ok') log[isWrite ? 'info' : 'debug'](fields, 'InstantPay answered');
  // A walk that found its link aborts the pages it prefetched.
  else if (kind === 'aborted') log.debug(fields, 'InstantPay call aborted');
  else if (event.group === 'credentials') {
    metrics.credentialsRefused.inc();
    log.error(fields, 'InstantPay refused the credentials');
  } else log.warn(fields, 'InstantPay call failed');
}
