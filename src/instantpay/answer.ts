/** Owns the reading of one HTTP answer: an envelope that says TXN, or the InstantPayError that says what it was instead. */

import type { Environment } from '../payouts/links/link.ts';
import { maskText } from '../payouts/mask.ts';
import { groupOf } from './codes.ts';
import { InstantPayError, type CallFailure, type Operation } from './errors.ts';
import { isObject } from './fields.ts';
import { envelopeSchema } from './schemas.ts';

export interface WireAnswer {
  httpStatus: number;
  text: string;
  retryAfterMs: number | undefined;
  elapsedMs: number;
}

/** An answer with statuscode TXN. `data`, `pool` and `reversal` are not masked yet. */
export interface Answer {
  httpStatus: number;
  elapsedMs: number;
  statuscode: string;
  /** InstantPay's words, masked. */
  words: string | undefined;
  ipayUuid: string | undefined;
  environment: Environment | undefined;
  /** When InstantPay says it answered, epoch milliseconds in whole seconds (R24). */
  answeredAt: number | undefined;
  data: unknown;
  pool: unknown;
  reversal: unknown;
}

const WORDS_MAX = 300;
const CODE_MAX = 20;
const UUID_MAX = 100;
/** How many times its bound a text may be long before it is cut. */
const CUT_AT = 4;
/** As long as the longest local part of an address. */
const CUT_MARGIN = 64;

/** Text from outside as it may be shown: masked (R17), then bounded. */
export function shown(text: string | undefined, max = WORDS_MAX): string | undefined {
  if (text === undefined) return undefined;
  // Cut first, so that a flood costs nothing. A cut may go through a number or an address that is no longer known
  // as one: the text right before the cut is never shown.
  const isCut = text.length > CUT_AT * max;
  const masked = isCut ? maskText(text.slice(0, CUT_AT * max)).slice(0, -CUT_MARGIN) : maskText(text);
  return isCut || masked.length > max ? `${masked.slice(0, max - 1)}…` : masked;
}

/** InstantPay's own IDs are not masked; text that does not look like one is. */
export function shownId(text: string | undefined, max: number): string | undefined {
  return text !== undefined && /^[\w.-]{1,100}$/.test(text) ? text.slice(0, max) : shown(text, max);
}

/** R15: "PRODUCTION" in the samples, "Live/Sandbox" in the tables. */
function readEnvironment(text: string | undefined): Environment | undefined {
  switch (text?.trim().toLowerCase()) {
    case 'production':
    case 'live':
      return 'live';
    case 'sandbox':
      return 'sandbox';
    case undefined:
    default:
      return undefined;
  }
}

/**
 * An integer too large for a double keeps its digits: an account number written as a JSON number would
 * otherwise be shown with wrong last digits.
 */
function keepLargeNumbers(_key: string, value: unknown, context?: { source?: string }): unknown {
  if (typeof value !== 'number' || !Number.isInteger(value) || Number.isSafeInteger(value)) return value;
  return context?.source ?? value;
}

/**
 * Whether any number in a parsed value is one that `keepLargeNumbers` keeps. Throws RangeError when it is nested too deeply.
 * Without a list of each object's values: it looks at two thousand fields of each page of a walk.
 */
function hasLargeNumber(value: unknown): boolean {
  if (typeof value === 'number') return Number.isInteger(value) && !Number.isSafeInteger(value);
  if (Array.isArray(value)) return value.some(hasLargeNumber);
  if (!isObject(value)) return false;
  for (const key in value) if (hasLargeNumber(value[key])) return true;
  return false;
}

function parseJson(text: string): unknown {
  try {
    // A reviver makes parsing many times slower, and pages of a walk hold no such number.
    const value: unknown = JSON.parse(text);
    return hasLargeNumber(value) ? JSON.parse(text, keepLargeNumbers) : value;
  } catch {
    return undefined; // HTML, nothing, or JSON cut off half way
  }
}

export function readAnswer(operation: Operation, wire: WireAnswer): Answer {
  const { httpStatus, elapsedMs, retryAfterMs } = wire;
  const facts = {
    operation,
    sent: true,
    httpStatus,
    elapsedMs,
    retryAfterMs,
  } satisfies Partial<CallFailure>;
  const parsed = envelopeSchema.safeParse(parseJson(wire.text));
  const busy = httpStatus >= 500 || httpStatus === 429 || httpStatus === 408;
  const ok = httpStatus >= 200 && httpStatus < 300;

  if (!parsed.success) {
    // HTML under 200 comes from a gateway on the way and is transient; under 404 or 401 it is not.
    throw new InstantPayError({ ...facts, kind: ok ? 'unreadable' : 'http', transient: ok || busy });
  }

  const envelope = parsed.data;
  const statuscode = shown(envelope.statuscode, CODE_MAX) ?? '';
  const group = groupOf(statuscode);
  const said = {
    statuscode,
    words: shown(envelope.status),
    ipayUuid: shownId(envelope.ipay_uuid, UUID_MAX),
    environment: readEnvironment(envelope.environment),
  };

  // The code of a 5xx proves nothing, and TXN under any error status contradicts itself. A 4xx with a code that
  // refuses is an answer like any other.
  if (httpStatus >= 500 || (!ok && group === 'success') || (httpStatus >= 300 && httpStatus < 400)) {
    throw new InstantPayError({ ...facts, ...said, group, kind: 'http', transient: busy });
  }
  if (group !== 'success') {
    throw new InstantPayError({
      ...facts,
      ...said,
      group,
      kind: 'code',
      transient: group === 'transient' || busy,
    });
  }
  const { data, pool, reversal, timestamp: answeredAt } = envelope;
  return { ...said, httpStatus, elapsedMs, answeredAt, data, pool, reversal };
}

/** The failure of an answer that says TXN and whose `data` is still not what was published. */
export function unreadable(operation: Operation, answer: Answer): InstantPayError {
  const { httpStatus, elapsedMs, statuscode, ipayUuid, environment } = answer;
  return new InstantPayError({
    kind: 'unreadable',
    operation,
    sent: true,
    transient: false,
    httpStatus,
    elapsedMs,
    statuscode,
    group: 'success',
    ipayUuid,
    environment,
    reason: 'data',
  });
}
