/** Owns InstantPay's status codes: which group each belongs to, for the outer and the inner code alike. */

export type CodeGroup =
  | 'success'
  | 'pending'
  | 'bad_request'
  | 'credentials'
  | 'funds'
  | 'duplicate'
  | 'transient'
  | 'failure'
  | 'money_back'
  | 'unknown';

const CODES: [CodeGroup, string][] = [
  ['success', 'TXN'],
  ['pending', 'TUP'],
  ['bad_request', 'RPI IAN IRA ITI ISP IRT IEC'],
  ['credentials', 'IAT IAC UAD AAB ANF OUI ODI IUA KYC VCI OUE'],
  ['funds', 'IAB'],
  ['duplicate', 'DTX DID'],
  ['transient', 'SPD SPE SNA ISE IPE TSU RBT DTB USM CNL'],
  ['failure', 'ERR FAB UED'],
  ['money_back', 'TRP TDE DLS'],
];

const GROUPS = new Map<string, CodeGroup>();
for (const [group, codes] of CODES) {
  for (const code of codes.split(' ')) GROUPS.set(code, group);
}

/** The set of codes is open: what is not published is `unknown` and nothing is assumed about it. */
export function groupOf(code: string | undefined): CodeGroup {
  return (code === undefined ? undefined : GROUPS.get(code)) ?? 'unknown';
}
