/** Owns the tour's watches: a link and a transaction are followed, listed and stopped. */

import { WELL_KNOWN } from '../../fakes/instantpay/seed.ts';
import { WELL_KNOWN_TRANSACTIONS as KNOWN } from '../../fakes/instantpay/transactions.ts';
import type { Chapter } from './tour.ts';

export const watches: Chapter = {
  title: 'Following a payout',
  steps: [
    {
      claim:
        'A link whose payout is in progress is watched with one press; what is final already is said at once',
      async play({ types, presses, expect }) {
        const { answer: card } = await types('operator', `track ${WELL_KNOWN.processing}`);
        const { answer } = await presses('operator', card, 'Watch');
        expect.onlyFor(answer, 'operator');
        expect.reads(answer, 'Watching', 'PROCESSING', 'direct message');
        const { answer: over } = await types('operator', `watch ${WELL_KNOWN.claimed}`);
        expect.reads(over, 'Not watched', 'CLAIMED');
      },
    },
    {
      claim: 'A transaction is watched within InstantPay’s rhythm: nothing is asked again now',
      async play({ types, expect, instantpay }) {
        const before = instantpay.callsOf('transaction').length;
        const { answer } = await types('operator', `watch ${KNOWN.underProcess} yesterday`);
        expect.reads(answer, 'Watching', KNOWN.underProcess, 'today 15:00');
        expect.calls('transaction', before);
      },
    },
    {
      claim: 'One list shows what a person watches, and stops it',
      async play({ types, presses, expect }) {
        const { answer: list } = await types('operator', 'watches');
        expect.reads(list, 'You watch 2 links and transactions', 'PROCESSING', KNOWN.underProcess);
        const { answer } = await presses('operator', list, 'Stop', { nth: 1 });
        expect.reads(answer, 'Watching stopped');
      },
    },
    {
      claim: 'What InstantPay’s support asks for is one text to copy',
      async play({ types, presses, expect }) {
        const { answer: card } = await types('operator', `txn ${KNOWN.failed} yesterday`);
        expect.reads(card, 'gives no reason');
        const { answer } = await presses('operator', card, 'Copy for support');
        expect.reads(answer, KNOWN.failed, 'InstantPay request ID', 'Environment: LIVE');
      },
    },
  ],
};
