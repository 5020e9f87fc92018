/** Owns what App Home of a person shows at this moment, as far as the store and Slack tell in time. */

import { withDeadline } from '../../deadline.ts';
import { isPayoutDeskError } from '../../errors.ts';
import type { Deps } from '../../payouts/deps.ts';
import type { HomeStore } from '../../payouts/home/port.ts';
import { readHome } from '../../payouts/home/read.ts';
import { permissionsOf } from '../../payouts/rights.ts';
import type { HomeState } from '../views/home.ts';

/** Slack's three seconds less what publishing takes: what is not known by then is published afterwards. */
const RIGHTS_WITHIN_MS = 1_000;
const CONTENTS_WITHIN_MS = 1_000;

/** How long an answer is waited for. */
type Wait = <Value>(answer: Promise<Value>, ms: number) => Promise<Value | undefined>;
export const orUndefined: Wait = (answer, ms) => withDeadline(answer, ms, () => undefined);
export const whole: Wait = (answer) => answer;

/** What App Home shows; `isWhole`: nothing was left out because it was slow. */
export async function readState(
  { deps, store }: { deps: Deps; store: HomeStore },
  userId: string,
  wait: Wait,
): Promise<{ state: HomeState; isWhole: boolean }> {
  const { environment } = deps.settings;
  const permissions = await wait(permissionsOf(deps, { userId }), RIGHTS_WITHIN_MS);
  const about = { permissions, environment, now: deps.clock() };
  if (!permissions) return { state: { ...about, contents: 'checking' }, isWhole: false };
  const { look } = permissions.rights.permissions;
  if (look !== 'yes') {
    const contents = look === 'no' ? undefined : ('checking' as const);
    return { state: { ...about, contents }, isWhole: true };
  }
  try {
    const read = await wait(
      Promise.all([readHome(deps, store, { userId }), store.selectedAllAt(userId)]),
      CONTENTS_WITHIN_MS,
    );
    if (!read) return { state: { ...about, contents: 'away' }, isWhole: false };
    const [contents, selectedAt] = read;
    return { state: { ...about, contents, selectedAt }, isWhole: true };
  } catch (error) {
    if (!isPayoutDeskError(error)) throw error;
    return { state: { ...about, contents: 'away' }, isWhole: true };
  }
}
