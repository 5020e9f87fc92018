/** Owns the transactions the local InstantPay knows: one for every outcome (R11), with references to ask for. */

import { addDays, DAY_MS, istDay, istInstant } from './time.ts';
import { naiveIst } from './envelope.ts';

export interface DemoTransaction {
  externalRef: string;
  /** The day InstantPay lists it on, YYYY-MM-DD in IST. */
  date: string;
  /** When it began: may be the day before `date` (R13). */
  at: number;
  amountPaise: number;
  /** Inner code; undefined: the answer has none. */
  statusCode: string | undefined;
  statusText: string;
  /** The whole query is answered with this outer code instead. */
  outerCode?: string;
  /** `na`: a reversal of "NA", which is none (R21). */
  reversed: boolean | 'na';
  aeps: boolean;
  /** The answer is about this transaction instead (R22). */
  about?: { externalRef?: string; at?: number };
  /** `pool` and `reversal` are at the top of the answer, as the published table draws them. */
  poolAtTop?: boolean;
}

export const WELL_KNOWN_TRANSACTIONS = {
  successful: 'VENDOR-2041',
  underProcess: 'VENDOR-2042',
  failed: 'VENDOR-2043',
  reversed: 'VENDOR-2044',
  noInnerCode: 'VENDOR-2045',
  queryFails: 'VENDOR-2046',
  /** Begun at 23:57 two days ago; listed on the day after only. */
  nearMidnight: 'VENDOR-2047',
  /** Found with `source: ORDER` alone. */
  aeps: 'AEPS-3001',
  /** Successful, and reversed nevertheless (R11). */
  successfulReversed: 'VENDOR-2048',
  /** Failed, with a reversal of "NA". */
  reversalNa: 'VENDOR-2049',
  /** Answered about another reference, or about another day. */
  otherReference: 'VENDOR-2050',
  otherDay: 'VENDOR-2051',
  poolAtTop: 'VENDOR-2052',
  /** Refused for credentials: nothing is looked up. */
  accessRefused: 'VENDOR-2053',
} as const;

export function makeTransactions(now: number): DemoTransaction[] {
  const yesterday = istDay(now - DAY_MS);
  const dayBefore = addDays(yesterday, -1);
  const base: DemoTransaction = {
    externalRef: '',
    date: yesterday,
    at: istInstant(yesterday, '11:20'),
    amountPaise: 1_000_000,
    statusCode: 'TXN',
    statusText: 'Transaction Successful',
    reversed: false,
    aeps: false,
  };
  const pending = { statusCode: 'TUP', statusText: 'Transaction Under Process' };
  const failed = { statusCode: 'ERR', statusText: 'Transaction Failed' };
  const refs = WELL_KNOWN_TRANSACTIONS;
  return [
    { ...base, externalRef: refs.successful },
    { ...base, externalRef: refs.underProcess, amountPaise: 4_520_075, ...pending },
    { ...base, externalRef: refs.failed, amountPaise: 250_000, ...failed },
    { ...base, externalRef: refs.reversed, amountPaise: 1_899_950, ...failed, reversed: true },
    { ...base, externalRef: refs.noInnerCode, statusCode: undefined, statusText: '' },
    { ...base, externalRef: refs.queryFails, outerCode: 'ERR', statusText: 'Unable to fetch the status' },
    { ...base, externalRef: refs.nearMidnight, at: istInstant(dayBefore, '23:57'), amountPaise: 75_000 },
    { ...base, externalRef: refs.aeps, aeps: true, amountPaise: 300_000 },
    { ...base, externalRef: refs.successfulReversed, reversed: true },
    { ...base, externalRef: refs.reversalNa, ...failed, reversed: 'na' },
    { ...base, externalRef: refs.otherReference, about: { externalRef: 'VENDOR-9999' } },
    { ...base, externalRef: refs.otherDay, about: { at: base.at - 9 * DAY_MS } },
    { ...base, externalRef: refs.poolAtTop, ...failed, reversed: true, poolAtTop: true },
    { ...base, externalRef: refs.accessRefused, outerCode: 'IAT', statusText: 'Invalid access token' },
  ];
}

/** What is not on that day, or not in that source, is not found. */
export function findTransaction(
  transactions: readonly DemoTransaction[],
  externalRef: string,
  date: string,
  source: string | undefined,
): DemoTransaction | undefined {
  return transactions.find(
    (each) => each.externalRef === externalRef && each.date === date && each.aeps === (source === 'ORDER'),
  );
}

const OPENING_PAISE = 75_142_900;

const rupees = (paise: number): string => (paise / 100).toFixed(2);

/** The published shape, with its empty options and tags. */
export function transactionData(transaction: DemoTransaction) {
  const { amountPaise, statusCode, statusText, reversed, aeps, about } = transaction;
  const { externalRef, at } = { ...transaction, ...about };
  const amount = rupees(amountPaise);
  const serial = Buffer.from(externalRef).reduce((sum, byte) => (sum * 31 + byte) % 1e9, 7);
  const options = Object.fromEntries(
    Array.from({ length: 9 }, (_, index) => [
      [`optional${index + 1}Label`, ''],
      [`optional${index + 1}`, ''],
    ]).flat(),
  );
  const noReversal = {
    referenceId: null,
    openingBalance: null,
    paymentAmount: null,
    mode: null,
    closingBalance: null,
  };
  const reversal = () => {
    if (reversed === 'na') return { ...noReversal, referenceId: 'NA', paymentAmount: '0.00' };
    if (!reversed) return noReversal;
    return {
      referenceId: `1${serial}RVRSL`,
      openingBalance: rupees(OPENING_PAISE - amountPaise),
      paymentAmount: amount,
      mode: 'CR',
      closingBalance: rupees(OPENING_PAISE),
    };
  };
  return {
    transactionDateTime: naiveIst(at),
    ...(statusCode === undefined ? {} : { transactionStatusCode: statusCode }),
    transactionStatus: statusText,
    transactionAmount: amount,
    transactionReferenceId: statusCode === 'TXN' ? `4212${String(serial).padStart(8, '0').slice(-8)}` : '',
    order: {
      referenceId: `CPJ0${String(serial).padStart(9, '0')}`,
      externalRef,
      spKey: aeps ? 'WAP' : 'DPN',
      spName: aeps ? 'Cash Withdrawal via AePS' : 'Payout to bank account',
      sspKey: 'ALL',
      sspName: null,
      account: aeps ? '841XXXX786' : '50100345678912',
      ...options,
      ...(aeps ? { optional2Label: 'Aadhaar', optional2: 'xxxxxxxx0110' } : {}),
    },
    pool: {
      transaction: {
        referenceId: `1${serial}YHVCA`,
        openingBalance: rupees(OPENING_PAISE),
        paymentAmount: amount,
        mode: aeps ? 'CR' : 'DR',
        closingBalance: rupees(OPENING_PAISE - amountPaise),
        convenienceFee: '0.00',
        surcharge: '0.0000',
        cashback: '0.0000',
        tds: '0.0000',
      },
      reversal: reversal(),
    },
    tag: Object.fromEntries([1, 2, 3, 4, 5].map((index) => [index, { desc: null, value: null }])),
  };
}
