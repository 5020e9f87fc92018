/**
 * Owns the notes of a release: prints the part of CHANGELOG.md of one version. Exits with 1 and one line when the tag,
 * package.json and the changelog do not agree.
 *
 *   node bin/release-notes.cjs v0.1.0
 */
'use strict';

const { readFileSync } = require('node:fs');

function refuse(line) {
  process.stderr.write(`${line}\n`);
  process.exit(1);
}

const [tag = ''] = process.argv.slice(2);
const version = /^v?(\d+\.\d+\.\d+(?:-[\w.]+)?)$/.exec(tag)?.[1];
if (!version) refuse('Usage: node bin/release-notes.cjs v<version>');
const { version: ours } = JSON.parse(readFileSync('package.json', 'utf8'));
if (ours !== version) refuse(`The tag is ${tag}, package.json has ${ours}.`);

const sections = readFileSync('CHANGELOG.md', 'utf8').split(/^(?=## )/m);
const found = sections.find((section) => /^## \[?([^\]\s]+)/.exec(section)?.[1] === version);
if (!found) refuse(`CHANGELOG.md has no section "## ${version}".`);
const notes = found.slice(found.indexOf('\n')).trim();
if (notes === '') refuse(`The section "## ${version}" of CHANGELOG.md is empty.`);
process.stdout.write(`${notes}\n`);
