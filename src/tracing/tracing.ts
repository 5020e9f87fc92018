/** Owns tracing as the wiring sees it: types, and what stands there while it is off. */

import type { ClientEvent } from '../instantpay/client.ts';

/** What calls happen within: a request of a person, an event of Slack, or a run of a job. */
export interface Work {
  kind: 'request' | 'event' | 'job';
  /** Of a closed list, such as `command track`. */
  name: string;
  /** As in the log; the support code of a request. */
  requestId?: string;
  cancelRequestId?: string | undefined;
}

/** A stored step of a cancel request. */
export interface TracedStep {
  cancelRequestId: string;
  from: string | undefined;
  to: string;
}

/** Spans hold names of closed lists, statuses, and IDs of ours: no person, link, amount or text. */
export interface Tracing {
  /** Runs `does` as a span, the parent of the spans of all that it causes. */
  run<Result>(work: Work, does: () => Promise<Result>): Promise<Result>;
  /** How the work that this is called within ended. */
  ended(outcome: string): void;
  /** A step within the work that this is called within. */
  step(step: TracedStep): void;
  /** One span for each attempt, when it ended. */
  instantPay(event: ClientEvent): void;
  /** One span for each call, when it ended. */
  slack(method: string, outcome: string, elapsedMs: number): void;
  /** Returns the store with one span for each of its operations within some work. */
  store<Parts extends object>(store: Parts): Parts;
  /** Sends what is left, within the time that a stop has for it. */
  close(): Promise<void>;
}

// Messages of the log.
export const NOT_INSTALLED = 'traces are off, packages of OpenTelemetry not installed';
export const NOT_SENT_IN_TIME = 'last traces not sent in time';

export const NO_TRACING: Tracing = {
  run: (_, does) => does(),
  ended() {},
  step() {},
  instantPay() {},
  slack() {},
  store: (store) => store,
  close: async () => {},
};
