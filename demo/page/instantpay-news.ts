/** Owns InstantPay's side of the page: links, calls and switches, told again when one of them changed. */

import type { DemoCall, InstantPay } from '../../fakes/instantpay/server.ts';
import type { DemoLink } from '../../fakes/instantpay/ledger.ts';
import { formatRupees } from '../../src/payouts/money.ts';
import type { PageCall, PageInstantPay, PageLink } from './protocol.ts';
import type { Troubles } from './troubles.ts';

/** The latest ones. */
const CALLS = 100;

export function createInstantPayNews(instantpay: InstantPay, troubles: Troubles) {
  let told = '';
  const all = (): PageInstantPay => ({
    links: instantpay.links().map(linkShown),
    calls: instantpay.calls.map(callShown).slice(-CALLS),
    cancelCalls: instantpay.callsOf('cancel').length,
    troubles: [...troubles.on],
  });
  return {
    all,
    /** Everything, when something changed. */
    news(): PageInstantPay | undefined {
      const now = all();
      const text = JSON.stringify(now);
      if (text === told) return undefined;
      told = text;
      return now;
    },
  };
}

function linkShown({ linkId, status, person, amountPaise, purpose, expiresAt }: DemoLink): PageLink {
  return {
    id: linkId,
    status,
    recipient: person.name,
    amount: formatRupees(amountPaise),
    purpose,
    expiresAt,
  };
}

function callShown({ at, operation, linkId, executed }: DemoCall, index: number): PageCall {
  return {
    number: index + 1,
    at,
    operation,
    ...(linkId !== undefined && { linkId }),
    executed,
  };
}
