/** Owns what `Details` is given: permission, the link as it is now or why not, the audit oldest first and bounded. */

import { expect, test } from 'vitest';
import { Forbidden, NotFound, Unavailable } from '../../../src/errors.ts';
import { AUDIT_SHOWN, linkDetails, requestDetails } from '../../../src/payouts/cancel/details.ts';
import { batchOf } from '../../../src/payouts/cancel/batch.ts';
import { alone, CHECKER, keep, LINK, MAKER, makeDeps, NOON, request, STRANGER, tracked } from '../setup.ts';

const row = (at: number, changes = {}) => ({
  at,
  actorId: MAKER.userId,
  action: 'cancel.requested' as const,
  cancelRequestId: 'a1',
  linkId: LINK,
  ...changes,
});

test('a request: its link now, and its audit oldest first, without that of others', async () => {
  const deps = makeDeps();
  const kept = await keep(deps, request());
  await deps.store.audit.append(row(NOON + 1, { action: 'cancel.approved' }));
  await deps.store.audit.append(row(NOON + 2, { cancelRequestId: 'a2' }));
  await deps.store.audit.append(row(NOON + 3, { action: 'access.refused', actorId: STRANGER.userId }));
  const { batch, link, audit } = await requestDetails(deps, MAKER, 'a1');
  expect(batch).toEqual(alone(kept));
  expect(link).toEqual(tracked());
  expect(audit.rows.map(({ action }) => action)).toEqual(['cancel.approved', 'access.refused']);
  expect(audit.earlier).toBe(0);
});

test('InstantPay need not answer, and is not asked about several links', async () => {
  const away = makeDeps({ script: { track: new Unavailable('Away.') } });
  await keep(away, request());
  expect((await requestDetails(away, MAKER, 'a1')).link).toEqual({
    problem: 'Away.',
  });
  const several = makeDeps();
  const requests = [request(), request({ id: 'a1-02', batchId: 'a1', linkId: 'b'.repeat(24) })];
  several.store.requests.findBatch = async () => batchOf(requests);
  expect((await requestDetails(several, MAKER, 'a1')).link).toBeUndefined();
  expect(several.gateway.calls.track).toEqual([]);
});

test('a long audit keeps its newest rows and counts the others', async () => {
  const deps = makeDeps();
  await keep(deps, request());
  for (let index = 0; index < AUDIT_SHOWN + 12; index += 1) await deps.store.audit.append(row(NOON + index));
  const { audit } = await requestDetails(deps, MAKER, 'a1');
  expect(audit.rows).toHaveLength(AUDIT_SHOWN);
  expect(audit.earlier).toBe(12);
  expect(audit.rows[0]?.at).toBe(NOON + 12);
});

test('a link: what was done to it, not who looked at what is private', async () => {
  const deps = makeDeps();
  for (const action of ['reminder.sent', 'link.revealed', 'access.refused', 'cancel.executed'] as const)
    await deps.store.audit.append(row(NOON, { action, cancelRequestId: undefined }));
  const { link, audit } = await linkDetails(deps, CHECKER, LINK);
  expect(link.tracked).toEqual(tracked());
  expect(audit.rows.map(({ action }) => action)).toEqual(['reminder.sent', 'cancel.executed']);
});

test('who may not look sees nothing; no such request is said', async () => {
  const deps = makeDeps();
  await keep(deps, request());
  await expect(requestDetails(deps, STRANGER, 'a1')).rejects.toThrow(Forbidden);
  await expect(linkDetails(deps, STRANGER, LINK)).rejects.toThrow(Forbidden);
  expect(deps.gateway.calls.track).toEqual([]);
  await expect(requestDetails(deps, MAKER, 'a2')).rejects.toThrow(NotFound);
});
