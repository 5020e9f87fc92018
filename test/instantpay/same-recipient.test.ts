/** Owns finding the other links of a recipient: by the unmasked contact, bounded, never a failure. */

import { expect, test } from 'vitest';
import { LINK_ID, makeClient, makeInstantPay } from './setup.ts';
import { NO_CONTACT } from '../../src/instantpay/same-recipient.ts';
import { NO_ANSWER_IN_TIME } from '../../src/instantpay/errors.ts';

const OPEN = ['ISSUED', 'PROCESSING'] as const;
const ASHA = { name: 'Asha Rao', email: 'asha@mail.example', mobile: '9820012345' };

async function world(person: Partial<typeof ASHA> = {}, timeoutMs = 5_000) {
  const instantPay = await makeInstantPay();
  instantPay.addLink({ linkId: LINK_ID, person: { ...ASHA, ...person } });
  return { instantPay, ...makeClient(instantPay.url, { timeoutMs }) };
}

test('by the mobile number, whatever the name; other people, statuses and numbers stay out; all masked', async () => {
  const { instantPay, client } = await world();
  const other = instantPay.addLink({ person: { ...ASHA, name: 'A. Rao', email: 'x@mail.example' } });
  const claimed = instantPay.addLink({ person: ASHA, status: 'PROCESSING' });
  instantPay.addLink({ person: ASHA, status: 'CLAIMED' });
  instantPay.addLink({ person: { ...ASHA, mobile: '9820054321' } });
  const { links, problem } = await client.sameRecipient(LINK_ID, OPEN);
  expect(problem).toBeUndefined();
  expect(links.map(({ linkId }) => linkId).toSorted()).toEqual(
    [LINK_ID, other.linkId, claimed.linkId].toSorted(),
  );
  expect(JSON.stringify(links)).not.toMatch(/9820012345|asha@/);
  expect(instantPay.callsOf('list')).toHaveLength(2);
});

test('by the email address where there is no mobile number', async () => {
  const { instantPay, client } = await world({ mobile: 'NA' });
  const other = instantPay.addLink({ person: { ...ASHA, name: 'Somebody', mobile: 'NA' } });
  instantPay.addLink({ person: { ...ASHA, email: 'asha.other@mail.example', mobile: 'NA' } });
  const { links, problem } = await client.sameRecipient(LINK_ID, OPEN);
  expect(problem).toBeUndefined();
  expect(links.map(({ linkId }) => linkId)).toContain(other.linkId);
  expect(links).toHaveLength(2);
});

test.each([
  ['no contact', { mobile: 'NA', email: 'NA' }],
  ['a masked one', { mobile: '98XXXX2345', email: '[email protected]' }],
])('with %s it says so and asks no further', async (_what, person) => {
  const { instantPay, client } = await world(person);
  expect(await client.sameRecipient(LINK_ID, OPEN)).toEqual({
    links: [],
    problem: NO_CONTACT,
  });
  expect(instantPay.callsOf('list')).toHaveLength(1);
});

test('a failure is said', async () => {
  const { instantPay, client } = await world();
  instantPay.fault({ operation: 'list', effect: { kind: 'statuscode', statuscode: 'ERR' }, times: 1 });
  const failed = await client.sameRecipient(LINK_ID, OPEN);
  expect(failed.links).toEqual([]);
  expect(failed.problem).toMatch(/^InstantPay declined the request/);
});

test('a search that hangs ends in time', async () => {
  const { instantPay, client } = await world({}, 300);
  for (let index = 0; index < 3; index += 1)
    instantPay.fault({ operation: 'list', effect: { kind: 'noHeaders' } });
  expect(await client.sameRecipient(LINK_ID, OPEN)).toEqual({
    links: [],
    problem: NO_ANSWER_IN_TIME,
  });
});

test('five pages are read and no more', async () => {
  const { instantPay, client } = await world();
  for (let index = 0; index < 60; index += 1) instantPay.addLink({ person: ASHA });
  instantPay.controls.maxRecordsPerPage = 10;
  const { links, problem } = await client.sameRecipient(LINK_ID, OPEN);
  expect(links.length).toBe(50);
  expect(problem).toContain('5 pages');
  const pages = instantPay.callsOf('list').filter(({ body }) => body?.includes('contact'));
  expect(pages.length).toBe(5);
});
