/** Owns looking up several links at once: who may, what each finds, and that one failure is its own. */

import { expect, test } from 'vitest';
import { Forbidden, Unavailable } from '../../../src/errors.ts';
import { findAll, findAllQuietly } from '../../../src/payouts/links/find-all.ts';
import { auditOf, LINK, makeDeps, MAKER, page, record, STRANGER } from '../setup.ts';

const OTHER = '657aa9841b8d3897ff0a84fc';
const byId = (linkId: string) => ({ kind: 'id', linkId }) as const;

test('each target in its order; a link that the list does not know is none', async () => {
  const deps = makeDeps({
    script: { page: ({ filter: { linkId } }) => page(linkId === LINK ? [record()] : []) },
  });
  const found = await findAll(deps, MAKER, [byId(OTHER), byId(LINK)]);
  expect(found.map(({ target, links }) => [target, links])).toEqual([
    [byId(OTHER), []],
    [byId(LINK), [record()]],
  ]);
  expect(found.every(({ incomplete, more }) => incomplete === undefined && !more)).toBe(true);
});

test('one that InstantPay does not answer says why, and the others are found', async () => {
  const deps = makeDeps({
    script: {
      page: ({ filter: { linkId } }) => {
        if (linkId === OTHER) throw new Unavailable('InstantPay does not answer.');
        return page([record()]);
      },
    },
  });
  const [first, second] = await findAll(deps, MAKER, [byId(OTHER), byId(LINK)]);
  expect(first).toMatchObject({ links: [], incomplete: 'InstantPay does not answer.' });
  expect(second?.links).toEqual([record()]);
});

test('who may not look is refused and audited; who asked nothing is passed over without a word', async () => {
  const deps = makeDeps();
  await expect(findAll(deps, STRANGER, [])).rejects.toThrow(Forbidden);
  expect(auditOf(deps)).toMatchObject([{ action: 'access.refused', subject: 'link.find' }]);
  expect(await findAllQuietly(deps, STRANGER, [byId(LINK)])).toBeUndefined();
  expect(auditOf(deps)).toHaveLength(1);
  expect(await findAllQuietly(deps, MAKER, [])).toEqual([]);
});
