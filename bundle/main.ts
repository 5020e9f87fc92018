/** Owns `npm run build`: writes `dist/`, which the image runs instead of the sources. */

import '../src/node-version.ts';
import { join } from 'node:path';
import { bundle } from './bundle.ts';

await bundle(join(import.meta.dirname, '../dist'));
