/** Owns the text to copy for InstantPay's support: what identifies one transaction, masked (R14, R17, R19). */

import type { Environment } from '../../payouts/links/link.ts';
import { formatIst, formatIstDay, istInstant } from '../../payouts/time.ts';
import { formatRupees } from '../../payouts/money.ts';
import type { TransactionReport } from '../../payouts/transactions/check.ts';
import { context, type Message, message, preformatted, section } from '../block-kit/blocks.ts';
import { asOf, clean, fallback, fallbackText, md } from '../block-kit/text.ts';
import { shownReference } from './transaction-card.ts';

const VALUE_LENGTH = 100;

export const FOR_SUPPORT = md`Copy this text for InstantPay support:`;

export function supportText({ query, answer, answeredAt, askedAt }: TransactionReport, now: number): Message {
  const line = (label: string, value: string | undefined): string | undefined =>
    value === undefined ? undefined : `${label}: ${clean(value, VALUE_LENGTH)}`;
  const asked = answeredAt ?? askedAt;
  const lines = [
    line('Reference (externalRef)', shownReference(query.externalRef)),
    line('Transaction date', `${formatIstDay(istInstant(query.date))}${query.aeps ? ', AePS' : ''}`),
    line('Amount', answer?.amountPaise === undefined ? undefined : formatRupees(answer.amountPaise)),
    line('RRN/UTR', answer?.referenceId),
    line('Order reference', answer?.orderReferenceId),
    line(
      'Codes',
      [answer?.statuscode, answer?.transactionStatusCode].filter(Boolean).join(' / ') || undefined,
    ),
    line('InstantPay’s message', answer?.message),
    line('InstantPay request ID', answer?.ipayUuid),
    line('Environment', inCapitals(answer?.environment)),
    line('Checked', asked === undefined ? undefined : formatIst(asked)),
  ];
  return message(
    fallback`${FOR_SUPPORT} ${fallbackText(lines.filter((one) => one !== undefined).join('; '), 1_000)}`,
    [section(FOR_SUPPORT), preformatted(...lines), context(asOf(now))],
  );
}

function inCapitals(environment: Environment | undefined): string {
  return environment?.toUpperCase() ?? 'unknown';
}
