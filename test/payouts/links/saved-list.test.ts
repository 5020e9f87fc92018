/** Owns the rules of saved lists: whose they are, how many, by which name, and that the store can read none of it. */

import { describe, expect, test } from 'vitest';
import { Conflict, Forbidden, NotFound, UsageError } from '../../../src/errors.ts';
import { EVERY_LINK, type ListFilter } from '../../../src/payouts/links/list-filter.ts';
import { readListName, SAVED_LISTS } from '../../../src/payouts/links/list-name.ts';
import {
  deleteList,
  keepLastList,
  LIST_GONE,
  type ListSeal,
  LISTS_CHANGED,
  NO_LAST_LIST,
  savedList,
  type SavedList,
  savedLists,
  saveList,
  TOO_MANY_LISTS,
} from '../../../src/payouts/links/saved-list.ts';
import { auditOf, CHECKER, MAKER, makeDeps, STRANGER, type TestDeps } from '../setup.ts';

/** As unreadable as the real one, for what these tests look at. */
const sealWith = (secret: string): ListSeal => ({
  seal: (list) => Buffer.from(JSON.stringify([secret, list])).toString('base64'),
  open(sealed) {
    const opened: [string, SavedList] = JSON.parse(Buffer.from(sealed, 'base64').toString());
    return opened[0] === secret ? opened[1] : undefined;
  },
});
const seal = sealWith('one');

const filter = (contact: string): ListFilter => ({ ...EVERY_LINK, contact });
const save = (deps: TestDeps, name: string, contact: string | undefined = name) =>
  saveList(deps, MAKER, seal, { name, filter: contact === undefined ? undefined : filter(contact) });
const names = async (deps: TestDeps) => (await savedLists(deps, MAKER, seal)).map(({ name }) => name);

test.each([
  ['urgent', 'urgent'],
  ['  Über  50 ', 'Über 50'],
  ['दीपा', 'दीपा'],
  ['R&D v2.1', 'R&D v2.1'],
  ['x'.repeat(40), 'x'.repeat(40)],
])('%j is a name', (typed, name) => {
  expect(readListName(typed)).toBe(name);
});

test.each(['', ' ', '-x', '<!channel>', '*bold*', 'a\u202eb', '98200', 'a 9 8 2 0 0', 'x'.repeat(41)])(
  '%j is none',
  (typed) => {
    expect(() => readListName(typed)).toThrow(UsageError);
  },
);

test('by name, each person’s own; a name in another case is the same and replaces it', async () => {
  const deps = makeDeps();
  await save(deps, 'urgent');
  await save(deps, 'Asha');
  await save(deps, 'URGENT', 'other');
  expect(await names(deps)).toEqual(['Asha', 'URGENT']);
  expect((await savedList(deps, MAKER, seal, 'urgent'))?.filter).toEqual(filter('other'));
  expect(await savedList(deps, CHECKER, seal, 'urgent')).toBeUndefined();
  expect(await savedList(deps, MAKER, seal, 'nothing')).toBeUndefined();
});

test('without a filter the list that was shown last is saved, of that person', async () => {
  const deps = makeDeps();
  await expect(saveList(deps, MAKER, seal, { name: 'mine', filter: undefined })).rejects.toThrow(
    new NotFound(NO_LAST_LIST),
  );
  await keepLastList(deps, MAKER, seal, filter('Asha'));
  await keepLastList(deps, CHECKER, seal, filter('Ravi'));
  expect((await saveList(deps, MAKER, seal, { name: 'mine', filter: undefined })).filter).toEqual(
    filter('Asha'),
  );
  // The last list has no name and is no saved list.
  expect(await names(deps)).toEqual(['mine']);
});

test('twenty at most; a deleted one gives its place back', async () => {
  const deps = makeDeps();
  for (let index = 1; index <= SAVED_LISTS; index += 1) await save(deps, `list ${index}`);
  await expect(save(deps, 'one more')).rejects.toThrow(new UsageError(TOO_MANY_LISTS));
  await save(deps, 'LIST 7', 'replaced');
  const [first] = await savedLists(deps, MAKER, seal);
  if (!first) throw new Error('no list');
  expect((await deleteList(deps, MAKER, seal, first)).name).toBe(first.name);
  await save(deps, 'one more');
  expect(await names(deps)).toHaveLength(SAVED_LISTS);
});

test('exactly the one that was shown is deleted, once, and nobody else’s', async () => {
  const deps = makeDeps();
  const kept = await save(deps, 'urgent');
  await expect(deleteList(deps, CHECKER, seal, kept)).rejects.toThrow(new NotFound(LIST_GONE));
  await expect(deleteList(deps, MAKER, seal, { ...kept, at: kept.at + 1 })).rejects.toThrow(LIST_GONE);
  await deleteList(deps, MAKER, seal, kept);
  await expect(deleteList(deps, MAKER, seal, kept)).rejects.toThrow(LIST_GONE);
});

test('of two at once with one name or one place, one is saved and the other is told', async () => {
  const deps = makeDeps();
  const results = await Promise.allSettled([save(deps, 'one'), save(deps, 'two')]);
  expect(results.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
  const refused = results.find((result) => result.status === 'rejected');
  expect(refused?.reason).toEqual(new Conflict(LISTS_CHANGED));
  expect(await names(deps)).toHaveLength(1);
});

test('what another secret sealed is left out, and gives its place to a new one', async () => {
  const deps = makeDeps();
  for (let index = 1; index <= SAVED_LISTS; index += 1)
    await saveList(deps, MAKER, sealWith('old'), { name: `old ${index}`, filter: EVERY_LINK });
  expect(await names(deps)).toEqual([]);
  await save(deps, 'new');
  expect(await names(deps)).toEqual(['new']);
});

describe('who may not look', () => {
  test.each<[string, (deps: TestDeps) => Promise<unknown>]>([
    ['reads none', (deps) => savedLists(deps, STRANGER, seal)],
    ['saves none', (deps) => saveList(deps, STRANGER, seal, { name: 'x', filter: EVERY_LINK })],
    ['deletes none', (deps) => deleteList(deps, STRANGER, seal, { slot: 1, at: 1 })],
  ])('%s', async (_what, work) => {
    const deps = makeDeps();
    await expect(work(deps)).rejects.toThrow(Forbidden);
    expect(auditOf(deps)).toMatchObject([{ action: 'access.refused', subject: 'link.list' }]);
  });
});
