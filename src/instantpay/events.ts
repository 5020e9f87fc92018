/** Owns the client's events, for metrics and logs: they hold no credential, body or private value. */

import type { Answer } from './answer.ts';
import type { CodeGroup } from './codes.ts';
import type { FailureKind, InstantPayError, Operation } from './errors.ts';
import type { ReadPage } from './read-links.ts';

/** One attempt of one request. */
interface AttemptEvent {
  type: 'attempt';
  operation: Operation;
  /** From 1. */
  attempt: number;
  kind: 'ok' | FailureKind;
  /** False: certainly nothing left this machine. */
  sent: boolean;
  httpStatus: number | undefined;
  statuscode: string | undefined;
  /** `credentials`: an administrator must act. */
  group: CodeGroup | undefined;
  ipayUuid: string | undefined;
  elapsedMs: number | undefined;
  /** Node's error code, else a constant such as `too_large`. */
  reason: string | undefined;
  /** How far InstantPay's clock is ahead of ours, in milliseconds; 0 when the time of the attempt explains it (R24). */
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

/** Walks ask for `to` pages at once from now on: fewer because InstantPay has too much to do, or more again. */
interface PaceEvent {
  type: 'pace';
  from: number;
  to: number;
}

export type ClientEvent = AttemptEvent | PageEvent | PageSizeEvent | PaceEvent;

export type Emit = ReturnType<typeof listener>;

/** Builds the events and hands them to `onEvent`; what it throws is ignored, since it must not fail a write that was done. */
export function listener(onEvent: ((event: ClientEvent) => void) | undefined) {
  function emit(event: ClientEvent): void {
    try {
      onEvent?.(event);
    } catch {
      // A hook must not fail a call.
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
      emit({ type: 'attempt', operation, attempt, kind: 'ok', sent: true, ...facts });
    },

    failed(attempt: number, error: InstantPayError): void {
      const { operation, kind, sent, httpStatus, statuscode, group, ipayUuid, elapsedMs, reason } = error;
      const facts = { httpStatus, statuscode, group, ipayUuid, elapsedMs, reason, skewMs: undefined };
      emit({ type: 'attempt', operation, attempt, kind, sent, ...facts });
    },

    pageSize(from: number, to: number): void {
      emit({ type: 'page_size', from, to });
    },

    pace(from: number, to: number): void {
      emit({ type: 'pace', from, to });
    },

    page({ page, mismatches }: ReadPage): void {
      const { status, linkId, contact } = mismatches; // `url` is never sent upstream, so it is no mismatch there
      const { unreadable } = page;
      if (status + linkId + contact + unreadable === 0) return;
      emit({
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
