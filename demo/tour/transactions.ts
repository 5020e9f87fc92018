/** Owns the tour's transactions: one in every outcome, the query rhythm, and what cannot be asked. */

import { WELL_KNOWN_TRANSACTIONS as KNOWN } from '../../fakes/instantpay/transactions.ts';
import type { Chapter, Step } from './tour.ts';

/** One query, one call to InstantPay for each day that had to be asked. */
function asks(claim: string, text: string, words: readonly string[], days = 1): Step {
  return {
    claim,
    async play({ types, expect, instantpay }) {
      const before = instantpay.callsOf('transaction').length;
      const { answer } = await types('operator', `txn ${text}`);
      expect.onlyFor(answer, 'operator');
      expect.reads(answer, ...words);
      expect.calls('transaction', before + days);
    },
  };
}

export const transactions: Chapter = {
  title: 'The status of a transaction',
  steps: [
    asks('Successful, with amount and bank reference', `${KNOWN.successful} yesterday`, [
      'Successful',
      '₹10,000.00',
      'RRN',
      '19 Nov 2026',
    ]),
    asks('Under process: neither done nor failed', `${KNOWN.underProcess} 19 Nov`, [
      'Under process',
      '₹45,200.75',
    ]),
    asks('Failed', `${KNOWN.failed} 19-11-2026`, ['Failed', '₹2,500.00']),
    asks('Failed, and the reversal InstantPay reports', `${KNOWN.reversed} 2026-11-19`, [
      'Failed',
      'reversal',
      '₹18,999.50',
    ]),
    {
      claim: 'A failure without a reported reversal promises no refund',
      play({ slack, expect }) {
        const failed = slack.people.operator
          .ephemerals()
          .findLast((message) => slack.toText(message).includes(KNOWN.failed));
        expect.lacks(failed, 'reversal', 'refund');
      },
    },
    // Without a state, and when it is not found, the day after is asked as well.
    asks(
      'Answered without a state: not known, and not called failed',
      `${KNOWN.noInnerCode} yesterday`,
      ['Status unknown'],
      2,
    ),
    asks(
      'The query itself failed: that says nothing about the transaction',
      `${KNOWN.queryFails} yesterday`,
      ['check failed', 'status is unknown'],
      2,
    ),
    asks(
      'Begun just before midnight: found on the day after',
      `${KNOWN.nearMidnight} 18 Nov`,
      ['Successful', '₹750.00', 'found on 19 Nov 2026'],
      2,
    ),
    asks('AePS', `${KNOWN.aeps} yesterday aeps`, ['Successful', '₹3,000.00', 'AePS']),
    asks(
      'Asked again within four hours: the kept answer, its age, and when to ask again',
      `${KNOWN.underProcess} yesterday`,
      ['Under process', 'Saved answer', 'Next check from today 15:00'],
      0,
    ),
    asks(
      'Successful and reversed: a contradiction, and it is shown as one',
      `${KNOWN.successfulReversed} yesterday`,
      ['Successful, and reversed', 'account statement'],
    ),
    asks(
      'Answered about another transaction: that is said first, and no outcome is claimed',
      `${KNOWN.otherReference} yesterday`,
      ['InstantPay answered about VENDOR-9999', 'status of this one is unknown'],
    ),
    asks(
      'Refused for credentials: nothing was looked up, so the day after is not asked',
      `${KNOWN.accessRefused} yesterday`,
      ['Contact your administrator'],
    ),
    asks(
      'Made today at an unknown time: the 30 minutes first',
      `${KNOWN.successful} today`,
      ['30 minutes', 'Check now'],
      0,
    ),
    asks('NA is no reference', 'NA yesterday', ['not a reference', 'Usage'], 0),
    asks('A day in the future has no transactions', `${KNOWN.successful} 21 Nov 2026`, ['future'], 0),
    asks('A day nobody can read is met with days that can be', 'VENDOR-1 someday', ['someday', '20 Nov'], 0),
    asks(
      'Made ten minutes ago: too soon, and when it is possible',
      'VENDOR-2099 today 10:50',
      ['30 minutes', '11:20 IST'],
      0,
    ),
  ],
};
