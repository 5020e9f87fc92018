/** Owns Payout Desk without its jobs, at the time for which `jobs-fill.ts` fills a store: what is measured is commands alone. */

import '../src/node-version.ts';
import { createApp } from '../src/app.ts';
import { loadConfig } from '../src/config.ts';
import { BEFORE } from './jobs-fill.ts';

const app = await createApp(loadConfig(process.env), { clock: () => BEFORE, cronOf: () => '0 0 1 1 *' });
process.once('SIGTERM', () => void app.stop().then(() => process.exit()));
