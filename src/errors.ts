/**
 * Owns the kinds of expected failures. Code branches on `kind`, never on the text.
 * `message` is one sentence, safe to show to a person: no secret, no unmasked number, no stack.
 */

interface ErrorDetails {
  cause?: unknown;
  /** InstantPay's request ID of the failed call (R19). */
  ipayUuid?: string | undefined;
}

abstract class Failure extends Error {
  readonly ipayUuid: string | undefined;

  constructor(message: string, facts: ErrorDetails = {}) {
    super(message, { cause: facts.cause });
    this.name = new.target.name;
    this.ipayUuid = facts.ipayUuid;
  }
}

/** The input cannot be parsed; the message says what is expected, with an example. */
export class UsageError extends Failure {
  readonly kind = 'usage';
}

/** What was asked for does not exist. */
export class NotFound extends Failure {
  readonly kind = 'not_found';
}

/** The person may not do this. */
export class Forbidden extends Failure {
  readonly kind = 'forbidden';
  /** Written to the audit already; if not, dispatch writes it. */
  readonly audited: boolean;
  /** Slack IDs of those who can grant it: people and user groups. */
  readonly contacts: readonly string[];

  constructor(
    message: string,
    facts: ErrorDetails & { audited?: boolean; contacts?: readonly string[] } = {},
  ) {
    super(message, facts);
    this.audited = facts.audited ?? false;
    this.contacts = facts.contacts ?? [];
  }
}

/** The state changed first: already decided, already requested, still cooling down. */
export class Conflict extends Failure {
  readonly kind = 'conflict';
}

/** The rules or InstantPay refused for certain; nothing was done. */
export class Refused extends Failure {
  readonly kind = 'refused';
}

/** InstantPay, Slack or the store is unreachable or its answer unreadable; nothing was done. */
export class Unavailable extends Failure {
  readonly kind = 'unavailable';
}

/** The store is unreachable or takes no writes: logged as an error for the operator. */
export class StoreUnavailable extends Unavailable {}

/** A write was sent and its outcome is not confirmed (R9). */
export class OutcomeUnknown extends Failure {
  readonly kind = 'outcome_unknown';
}

export type PayoutDeskError =
  | UsageError
  | NotFound
  | Forbidden
  | Conflict
  | Refused
  | Unavailable
  | OutcomeUnknown;

export const ERROR_KINDS = [
  'usage',
  'not_found',
  'forbidden',
  'conflict',
  'refused',
  'unavailable',
  'outcome_unknown',
] as const satisfies PayoutDeskError['kind'][];

/** True for the failures above, whose messages may be shown. */
export function isPayoutDeskError(error: unknown): error is PayoutDeskError {
  return error instanceof Failure;
}
