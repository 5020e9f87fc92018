/** Owns the rules' Gateway over the client: its failures become PayoutDeskErrors, with a sentence for people (R19). */

import { type PayoutDeskError, NotFound, Refused, Unavailable, UsageError } from '../errors.ts';
import type { Gateway } from '../payouts/gateway.ts';
import type { InstantPayClient } from './client.ts';
import { InstantPayError } from './errors.ts';

/** The client's operations; reads reject with the kinds of src/errors.ts, writes and transaction queries never reject. */
export function createGateway(client: InstantPayClient): Gateway {
  return {
    ...client,
    track: (linkId) => client.track(linkId).catch(rethrow),
    page: (filter, pageNumber, recordsPerPage) =>
      client.page(filter, pageNumber, recordsPerPage).catch(rethrow),
    async *links(filter) {
      try {
        return yield* client.links(filter);
      } catch (error) {
        return rethrow(error);
      }
    },
    reveal: (linkId) => client.reveal(linkId).catch(rethrow),
  };
}

function rethrow(error: unknown): never {
  throw error instanceof InstantPayError ? toPayoutDeskError(error) : error;
}

/** R23: only InstantPay's own words say that a link does not exist, no code does. */
const NO_LINK = /\b(?:link|record)s?\b/i;
const NOT_THERE = /\bnot found\b|\bno such\b|\b(?:does|do) ?n[o’']t exist\b|\bno (?:link|record)s? found\b/i;

function saysNoLink({ words = '' }: InstantPayError): boolean {
  return NO_LINK.test(words) && NOT_THERE.test(words);
}

/** For reads alone: writes and transaction queries resolve for every outcome. */
function toPayoutDeskError(error: InstantPayError): PayoutDeskError {
  const facts = { cause: error, ipayUuid: error.ipayUuid };
  if (error.kind === 'invalid') return new UsageError(error.message, facts);
  if (error.kind !== 'code') return new Unavailable(error.message, facts);
  switch (error.group) {
    case 'bad_request':
    case 'failure':
      return error.operation === 'track' && saysNoLink(error)
        ? new NotFound(
            `InstantPay has no such link: “${error.words}” (${error.statuscode}). Check the link ID.`,
            facts,
          )
        : new Refused(error.message, facts);
    case 'funds':
    case 'duplicate':
    case 'money_back':
      return new Refused(error.message, facts);
    // Wrong credentials are not the person's fault: nothing works until an administrator acts.
    case 'credentials':
    case 'pending':
    case 'transient':
    case 'success':
    case 'unknown':
    case undefined:
      return new Unavailable(error.message, facts);
  }
}
