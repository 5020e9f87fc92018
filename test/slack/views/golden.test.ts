/**
 * Owns the golden JSON of what people see: each message, form and Home with realistic data, as Slack receives it. A change
 * of a view shows in the review as a change of its file; `npm run pictures` renders the same files.
 */

import { expect, test } from 'vitest';
import { type CatalogueEntry, catalogue } from './catalogue.ts';
import { answerEntries } from './catalogue-answers.ts';
import { digestEntries } from './catalogue-digests.ts';
import { listEntries } from './catalogue-lists.ts';
import { subscriptionEntries } from './catalogue-subscriptions.ts';
import { formEntries } from './catalogue-forms.ts';
import { requestEntries } from './catalogue-requests.ts';
import { problemsOf, problemsOfView } from '../shown.ts';

const problemsOfEntry = (shown: CatalogueEntry['shown']): string[] =>
  'text' in shown ? problemsOf(shown) : problemsOfView(shown);

test.each([
  ...catalogue(),
  ...requestEntries(),
  ...formEntries(),
  ...answerEntries(),
  ...digestEntries(),
  ...listEntries(),
  ...subscriptionEntries(),
])('$name', async ({ name, shown }) => {
  expect(problemsOfEntry(shown)).toEqual([]);
  await expect(`${JSON.stringify(shown, null, 2)}\n`).toMatchFileSnapshot(`golden/${name}.json`);
});
