/** Owns the one exception to masking: a link's private details, for a person who may see them (R17). */

import { given } from '../payouts/given.ts';
import { Revealed } from '../payouts/links/revealed.ts';
import type { Answer } from './answer.ts';
import { readList, readRecord } from './read-record.ts';
import { activitySchema, trackSchema } from './schemas.ts';

/** What the two answers about a link hold; what one of them lacks stays undefined. */
export function readPrivate(linkId: string, tracked: Answer, listed: Answer): Revealed {
  const records = readList(listed.data)?.records ?? [];
  const record = records.flatMap((entry) => readRecord(entry) ?? []).find((one) => one.linkId === linkId);
  const accounts = new Map<string, string | undefined>();
  for (const entry of trackSchema.safeParse(tracked.data).data?.linkActivity ?? []) {
    const { accountNumber, accountIfsc } = activitySchema.parse(entry);
    const number = given(accountNumber);
    if (number !== undefined) accounts.set(number, given(accountIfsc));
  }
  return new Revealed({
    name: given(record?.contactDetails.name),
    email: given(record?.contactDetails.email),
    mobile: given(record?.contactDetails.mobile),
    url: given(record?.url),
    qrUrl: given(record?.qrUrl),
    accounts: [...accounts].map(([number, ifsc]) => ({ number, ifsc })),
  });
}
