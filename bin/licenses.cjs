/**
 * Owns the list of what Payout Desk ships with and under which licences: writes docs/licenses.md from the lockfile, and exits
 * with 1 when a package has a licence that was not agreed to.
 */
'use strict';

const { readFileSync, writeFileSync } = require('node:fs');

/** Licences under which a package may be shipped unchanged beside code of another licence, with its notice kept. */
const AGREED = new Set([
  '0BSD',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'ISC',
  'MIT',
  'MPL-2.0',
  'Unlicense',
]);
/** Packages that say where to read it. */
const READ = new Map([['dejavu-fonts-ttf', 'Bitstream-Vera']]);

const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8'));
/** Name to licences: a package may be there in several versions. */
const shipped = new Map();
for (const [path, { dev, devOptional, license }] of Object.entries(packages)) {
  if (path === '' || dev || devOptional) continue;
  const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
  const licences = shipped.get(name) || new Set();
  shipped.set(name, licences.add(READ.get(name) || license || 'none'));
}

const isAgreed = (licence) => AGREED.has(licence) || [...READ.values()].includes(licence);
/** The same on every machine, whatever its language. */
const byCode = (one, other) => (one < other ? -1 : Number(one > other));
const names = [...shipped.keys()].sort(byCode);
const refused = names.filter((name) => ![...shipped.get(name)].every(isAgreed));
for (const name of refused) {
  process.stderr.write(`${name}: ${[...shipped.get(name)].join(', ')} was not agreed to\n`);
}
if (refused.length > 0) process.exit(1);

const rows = names.map((name) => `| \`${name}\` | ${[...shipped.get(name)].sort(byCode).join(', ')} |`);
writeFileSync(
  'docs/licenses.md',
  `# Licences

Payout Desk is under the [Apache License 2.0](../LICENSE). It ships with these packages, unchanged, each with its own licence file in
\`node_modules\`. In the image most are part of the bundle, and their licence files are in \`/app/dist/licenses\`; the others are in
\`/app/dist/node_modules\`. The image ships with Node and Debian, whose notices are in \`/usr/local/LICENSE\` and
\`/usr/share/doc\`. Made by \`npm run licenses\` from the lockfile, which refuses any other licence than those agreed to in
\`bin/licenses.cjs\`. MPL-2.0 is about changed files of these packages alone, and none is changed.

| package | licence |
|---|---|
${rows.join('\n')}
`,
);
