/** Owns the search for what must never leave Payout Desk: secrets and one-time addresses in its log, private numbers anywhere. */

import type { InstantPay } from '../../fakes/instantpay/server.ts';
import { transactionData } from '../../fakes/instantpay/transactions.ts';
import { textOf } from '../../fakes/slack/json.ts';
import type { LocalSlack } from '../../fakes/slack/slack.ts';

interface Canary {
  /** What it is, without saying it. */
  name: string;
  value: string;
}

/** Which of the private values are in its log. */
export function findCanaries(
  logText: string,
  instantpay: Pick<InstantPay, 'links' | 'transactions' | 'credentials'>,
  slack: Pick<LocalSlack, 'botToken' | 'appToken' | 'signingSecret' | 'deliveries'>,
): string[] {
  return found(logText, [...secrets(instantpay, slack), ...privateValues(instantpay)]);
}

/** Which numbers and addresses of recipients are unmasked in a text that people see. */
export function findUnmasked(text: string, instantpay: Pick<InstantPay, 'links' | 'transactions'>): string[] {
  return found(text, privateValues(instantpay));
}

function found(text: string, canaries: readonly Canary[]): string[] {
  return [...new Set(canaries.filter(({ value }) => text.includes(value)).map(({ name }) => name))];
}

function secrets(
  { credentials }: Pick<InstantPay, 'credentials'>,
  slack: Pick<LocalSlack, 'botToken' | 'appToken' | 'signingSecret' | 'deliveries'>,
): Canary[] {
  const passes = slack.deliveries.flatMap(({ responseUrl, triggerId, outbound }): Canary[] => {
    const path = responseUrl && new URL(responseUrl).pathname;
    const token = textOf(outbound.payload.token);
    return [
      ...(path ? [{ name: 'a response_url', value: path }] : []),
      ...(triggerId ? [{ name: 'a trigger id', value: triggerId }] : []),
      ...(token ? [{ name: "Slack's verification token", value: token }] : []),
    ];
  });
  return [
    { name: 'the bot token', value: slack.botToken },
    { name: 'the app token', value: slack.appToken },
    { name: 'the signing secret', value: slack.signingSecret },
    { name: "InstantPay's client id", value: credentials.clientId },
    { name: "InstantPay's client secret", value: credentials.clientSecret },
    ...passes,
  ];
}

function privateValues({ links, transactions }: Pick<InstantPay, 'links' | 'transactions'>): Canary[] {
  const ofLinks = links().flatMap(({ linkId, person, activity }): Canary[] => [
    { name: `the mobile number of link ${linkId}`, value: person.mobile },
    { name: `the e-mail address of link ${linkId}`, value: person.email },
    ...activity.flatMap(({ accountNumber }) =>
      accountNumber === undefined ? [] : [{ name: `an account of link ${linkId}`, value: accountNumber }],
    ),
  ]);
  const ofTransactions = transactions.map((transaction) => ({
    name: `the account of transaction ${transaction.externalRef}`,
    value: transactionData(transaction).order.account,
  }));
  // InstantPay masks some of them itself.
  return [...ofLinks, ...ofTransactions].filter(({ value }) => !/[*X]{2}/.test(value));
}
