/** Owns the seed of the property tests: `npm test` plays the same cases each time, `CHAOS=full` plays new ones. */

import * as fc from 'fast-check';

if (process.env.CHAOS !== 'full') fc.configureGlobal({ seed: 1 });
