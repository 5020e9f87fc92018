/** Owns what the client tells about its calls, for metrics and logs: never a credential, a body or a private value. */

import type { Answer } from './answer.ts';
import type { CodeGroup } from './codes.ts';
import type { FailureKind, InstantPayError, Operation } from './errors.ts';
import type { ReadPage } from './read-links.ts';

/** One attempt of one call. */
interface CallEvent {
  type: 'call';
  operation: Operation;
  /** From 1. */
  attempt: number;
  kind: 'ok' | FailureKind;
  sent: boolean;
  httpStatus: number | undefined;
  statuscode: string | undefined;
  /** `credentials`: an administrator must act. */
  group: CodeGroup | undefined;
  ipayUuid: string | undefined;
  elapsedMs: number | undefined;
  /** Node's error code, or one word. */
  reason: string | undefined;
  /** How far InstantPay's clock is ahead of ours, by its answer; 0 when the call and its second explain it (R24). */
  skewMs: number | undefined;
}

/** A page with records that were not asked for (R1) or that cannot be read. */
interface PageEvent {
  type: 'page';
  operation: 'list';
  pageNumber: number;
  recordsReceived: number;
  mismatched: { status: number; linkId: number; contact: number };
  unreadable: number;
  ipayUuid: string | undefined;
}

/** InstantPay refused pages of `from` records; walks ask for `to` from now on (R2). */
interface PageSizeEvent {
  type: 'page_size';
  from: number;
  to: number;
}

export type ClientEvent = CallEvent | PageEvent | PageSizeEvent;

/** A hook that throws must not turn a done write into a failed one. */
export function listener(onEvent: ((event: ClientEvent) => void) | undefined) {
  function tell(event: ClientEvent): void {
    try {
      onEvent?.(event);
    } catch {
      // The hook's own trouble.
    }
  }

  return {
    answered(operation: Operation, attempt: number, answer: Answer, skewMs: number | undefined): void {
      const { httpStatus, statuscode, ipayUuid, elapsedMs } = answer;
      const facts = {
        httpStatus,
        statuscode,
        ipayUuid,
        elapsedMs,
        group: 'success',
        reason: undefined,
        skewMs,
      } as const;
      tell({ type: 'call', operation, attempt, kind: 'ok', sent: true, ...facts });
    },

    failed(attempt: number, error: InstantPayError): void {
      const { operation, kind, sent, httpStatus, statuscode, group, ipayUuid, elapsedMs, reason } = error;
      const facts = { httpStatus, statuscode, group, ipayUuid, elapsedMs, reason, skewMs: undefined };
      tell({ type: 'call', operation, attempt, kind, sent, ...facts });
    },

    pageSize(from: number, to: number): void {
      tell({ type: 'page_size', from, to });
    },

    page({ page, mismatches }: ReadPage): void {
      const { status, linkId, contact } = mismatches; // `url` is never sent upstream, so it is no mismatch there
      const { unreadable } = page;
      if (status + linkId + contact + unreadable === 0) return;
      tell({
        type: 'page',
        operation: 'list',
        pageNumber: page.pageNumber,
        recordsReceived: page.recordsReceived,
        mismatched: { status, linkId, contact },
        unreadable,
        ipayUuid: page.ipayUuid,
      });
    },
  };
}
