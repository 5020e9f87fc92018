/** Owns several links requested together, for the tests of the rules: an InstantPay that knows each of them by its ID. */

import { requestCancel } from '../../../src/payouts/cancel/ask.ts';
import type { Batch } from '../../../src/payouts/cancel/batch.ts';
import type { TrackedLink } from '../../../src/payouts/links/link.ts';
import type { WriteAnswer } from '../../../src/payouts/gateway.ts';
import type { Script } from '../../fakes/gateway.ts';
import { type DepsOptions, MAKER, makeDeps, page, record, type TestDeps, tracked, write } from '../setup.ts';

/** The ID of the nth link, from 0. */
export const linkAt = (index: number): string => (index + 1).toString(16).padStart(24, '0');

export const linksOf = (count: number): string[] =>
  Array.from({ length: count }, (_, index) => linkAt(index));

/** What differs of some links; the others are ISSUED and end as cancelled. */
export interface Links {
  links?: Record<string, Partial<TrackedLink>>;
  expiresAt?: Record<string, number>;
  answers?: Record<string, WriteAnswer>;
}

function scriptOf({ links = {}, expiresAt = {}, answers = {} }: Links): Script {
  return {
    track: (linkId) => tracked({ linkId, ...links[linkId] }),
    page: ({ filter: { linkId = '' } }) =>
      page([record({ linkId, ...(expiresAt[linkId] !== undefined && { expiresAt: expiresAt[linkId] }) })]),
    cancel: (linkId) => answers[linkId] ?? write('done'),
  };
}

/** `links` may be changed while the test runs. */
export function batchDeps(links: Links = {}, options: DepsOptions = {}): TestDeps {
  return makeDeps({ ...options, script: { ...scriptOf(links), ...options.script } });
}

/** So many links, requested together by MAKER. */
export async function askFor(deps: TestDeps, count: number, id = 'b1'): Promise<Batch> {
  const input = { linkIds: linksOf(count), reason: 'Paid twice', requestedIn: 'C_FINANCE', id };
  const { batch, kind } = await requestCancel(deps, MAKER, input);
  if (kind !== 'opened') throw new Error(`The batch is ${kind}.`);
  return batch;
}

/** What became of each request, in the order of the links. */
export async function statusesOf(deps: TestDeps, batchId = 'b1'): Promise<string[]> {
  const batch = await deps.store.requests.findBatch(batchId);
  return batch?.requests.map(({ status }) => status) ?? [];
}
