/** Owns first contact: the welcome, once a person, however often and wherever Slack delivers that they came. */

import type { Log } from '../../log.ts';
import type { Deps } from '../../payouts/deps.ts';
import type { HomeStore } from '../../payouts/home/port.ts';
import { offers, permissionsOf } from '../../payouts/rights.ts';
import { SlackFailure } from '../api/client.ts';
import type { Messenger } from '../api/messenger.ts';
import { welcome } from '../views/welcome.ts';

interface WelcomeParts {
  deps: Deps;
  store: HomeStore;
  messenger: Messenger;
  log: Log;
}

/** Welcomes the person unless they were. Rejects when the store does not answer; the next visit tries again. */
export async function welcomeOnce(
  { deps, store, messenger, log }: WelcomeParts,
  userId: string,
): Promise<void> {
  if (!(await store.claimWelcome(userId, deps.clock()))) return;
  try {
    const about = { ...(await permissionsOf(deps, { userId })), now: deps.clock() };
    await messenger.message(
      userId,
      welcome(about, (permission) => offers(about.rights, permission)),
    );
  } catch (error) {
    if (!(error instanceof SlackFailure)) throw error;
    log.warn({ code: error.code, userId }, 'welcome not sent');
    // Slack may have taken it: a second welcome would be noise, so only a refusal is taken back.
    if (!error.answerLost) await store.releaseWelcome(userId);
  }
}
