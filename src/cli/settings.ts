/** Owns `npm run settings`: writes docs/settings.md and .env.example. */

import '../node-version.ts';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { envExampleText, settingsText } from './settings-text.ts';

const root = join(import.meta.dirname, '../..');
writeFileSync(join(root, 'docs/settings.md'), settingsText());
writeFileSync(join(root, '.env.example'), envExampleText());
