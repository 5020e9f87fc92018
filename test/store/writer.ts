/** Owns the process that a test kills: opens requests without end and prints each id once it is acknowledged. */

import { openStore } from '../../src/store/database.ts';
import { request, entry } from './samples.ts';

const [url = ''] = process.argv.slice(2);
const store = await openStore(url);
process.stdout.write('open\n');
for (let index = 0; ; index += 1) {
  const id = `a${index}`;
  await store.requests.open([request({ id, linkId: `link-${index}` })], [entry({ cancelRequestId: id })], []);
  process.stdout.write(`${id}\n`);
}
