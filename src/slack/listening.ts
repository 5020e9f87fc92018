/** Owns what all listeners share. Types alone. */

import type { App } from '@slack/bolt';
import type { Log } from '../log.ts';
import type { Clock } from '../payouts/time.ts';
import type { InFlight } from '../ops/in-flight.ts';
import type { Services } from './context.ts';
import type { Dispatch } from './dispatch.ts';
import type { Homes } from './home/homes.ts';

export interface Listening {
  app: App;
  dispatch: Dispatch;
  clock: Clock;
  homes: Homes;
  log: Log;
  services: Services;
  inFlight: Pick<InFlight, 'accept'>;
  /** The workspace Payout Desk was installed in. */
  teamId: string | undefined;
}
