/** Owns the refusal of writes when InstantPay answers from another environment than the configured one (R15). */

import type { Deps } from '../deps.ts';
import type { Environment } from './link.ts';

/** R15: why a write is refused; undefined if both agree or one is unknown. */
export function environmentProblem(deps: Deps, seen: Environment | undefined): string | undefined {
  const configured = deps.settings.environment;
  if (!configured || !seen || configured === seen) return undefined;
  return (
    `InstantPay responded from ${seen.toUpperCase()}; ${configured.toUpperCase()} is configured. ` +
    'No action was taken. Contact your administrator.'
  );
}
