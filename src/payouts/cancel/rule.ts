/** Owns what a request needs by its amount: how many approvals, and whose. Fixed when the request is made. */

import type { Settings } from '../deps.ts';
import type { CancelRequest } from './request.ts';

/** Returns what a request over this sum needs by the settings as they are now. */
export function requirementOf(
  settings: Pick<Settings, 'approvalRules' | 'approvalsRequiredAbovePaise'>,
  totalPaise: number,
): Pick<CancelRequest, 'approvalsRequired' | 'rule'> {
  const rule = settings.approvalRules?.tiers.findLast(({ fromPaise }) => totalPaise >= fromPaise);
  if (rule) return { approvalsRequired: rule.approvals, rule };
  const above = settings.approvalsRequiredAbovePaise;
  return { approvalsRequired: above !== undefined && totalPaise > above ? 2 : 1, rule: undefined };
}
