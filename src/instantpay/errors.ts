/** Owns the failure of a request to InstantPay, and its sentence for people. */

import type { Environment } from '../payouts/links/link.ts';
import type { CodeGroup } from './codes.ts';

export const OPERATIONS = ['track', 'list', 'notify', 'cancel', 'transaction'] as const;
export type Operation = (typeof OPERATIONS)[number];

/**
 * `invalid`: refused here, before any call. `network`: no connection, or it broke. `timeout`: the deadline passed.
 * `http`: an HTTP status that is no answer. `unreadable`: an answer that is not what was published.
 * `code`: a readable answer whose statuscode is not TXN. `aborted`: the caller stopped the call.
 */
export const FAILURE_KINDS = [
  'invalid',
  'network',
  'timeout',
  'http',
  'unreadable',
  'code',
  'aborted',
] as const;
export type FailureKind = (typeof FAILURE_KINDS)[number];

export interface CallFailure {
  kind: FailureKind;
  operation: Operation;
  /** Whether anything may have left this machine. False is a promise: a write may then be sent again (R9). */
  sent: boolean;
  /** Whether the same read may well succeed a moment later. */
  transient: boolean;
  httpStatus?: number | undefined;
  statuscode?: string | undefined;
  group?: CodeGroup | undefined;
  /** InstantPay's own words, masked (R17). */
  words?: string | undefined;
  ipayUuid?: string | undefined;
  environment?: Environment | undefined;
  elapsedMs?: number | undefined;
  retryAfterMs?: number | undefined;
  /** Node's error code (ECONNREFUSED), else a constant such as `too_large`. */
  reason?: string | undefined;
  /** For `invalid`: the sentence that says what is expected. */
  message?: string | undefined;
}

/**
 * Built from named fields only. It never holds a credential or a body, and never the AxiosError as its cause:
 * that one carries the request headers, which util.inspect, JSON.stringify and loggers would print.
 */
export class InstantPayError extends Error {
  readonly kind: FailureKind;
  readonly operation: Operation;
  readonly sent: boolean;
  readonly transient: boolean;
  readonly httpStatus: number | undefined;
  readonly statuscode: string | undefined;
  readonly group: CodeGroup | undefined;
  readonly words: string | undefined;
  readonly ipayUuid: string | undefined;
  readonly environment: Environment | undefined;
  readonly elapsedMs: number | undefined;
  readonly retryAfterMs: number | undefined;
  readonly reason: string | undefined;

  constructor(facts: CallFailure) {
    super(facts.message ?? describe(facts));
    this.name = 'InstantPayError';
    this.kind = facts.kind;
    this.operation = facts.operation;
    this.sent = facts.sent;
    this.transient = facts.transient;
    this.httpStatus = facts.httpStatus;
    this.statuscode = facts.statuscode;
    this.group = facts.group;
    this.words = facts.words;
    this.ipayUuid = facts.ipayUuid;
    this.environment = facts.environment;
    this.elapsedMs = facts.elapsedMs;
    this.retryAfterMs = facts.retryAfterMs;
    this.reason = facts.reason;
  }
}

/** What was asked for cannot be sent; nothing left this machine. */
export function invalid(operation: Operation, message: string): InstantPayError {
  return new InstantPayError({ kind: 'invalid', operation, message, sent: false, transient: false });
}

export const NOT_REACHED = 'InstantPay could not be reached.';
export const NOT_REACHED_IN_TIME = 'InstantPay could not be reached in time.';
/** The request was sent. */
export const NO_ANSWER_IN_TIME = 'InstantPay did not answer in time.';

function describe(facts: CallFailure): string {
  switch (facts.kind) {
    case 'invalid':
      return 'The request is not valid and was not sent to InstantPay.';
    case 'network':
      return facts.sent ? 'The connection to InstantPay broke before the answer was complete.' : NOT_REACHED;
    case 'timeout':
      return facts.sent ? NO_ANSWER_IN_TIME : NOT_REACHED_IN_TIME;
    case 'http':
      return describeHttp(facts);
    case 'unreadable':
      return 'InstantPay returned an answer that cannot be read.';
    case 'code':
      return describeCode(facts);
    case 'aborted':
      return 'The call to InstantPay was stopped.';
  }
}

function describeHttp({ httpStatus, words }: CallFailure): string {
  if (httpStatus === 401 || httpStatus === 403) {
    return `InstantPay refused access (HTTP ${httpStatus}). Contact your administrator.`;
  }
  if (httpStatus === 429) return 'InstantPay reported too many requests (HTTP 429).';
  return `InstantPay returned HTTP ${httpStatus}${words ? `: “${words}”` : ' and no usable answer'}.`;
}

function describeCode({ group, statuscode, words }: CallFailure): string {
  const said = words ? `: “${words}” (${statuscode})` : ` (${statuscode})`;
  switch (group) {
    case 'credentials':
      return `InstantPay refused access${said}. Contact your administrator.`;
    case 'bad_request':
      return `InstantPay did not accept the request${said}.`;
    case 'funds':
      return `The balance of the InstantPay account is too low${said}.`;
    case 'duplicate':
      return `InstantPay reported a duplicate request${said}.`;
    case 'transient':
      return `InstantPay reported a temporary problem${said}.`;
    case 'pending':
      return `InstantPay is still processing the request${said}.`;
    case 'money_back':
      return `InstantPay reported that the money was returned${said}. Check the account statement.`;
    case 'failure':
      return `InstantPay declined the request${said}.`;
    case 'success':
    case 'unknown':
    case undefined:
      return `InstantPay returned a code Payout Desk does not recognise${said}.`;
  }
}
