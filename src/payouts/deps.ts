/** Owns what every rule is handed: the ports, the policy and the settings that shape the rules. */

import type { AuditAction } from './audit-entry.ts';
import type { CancelRequest, In, RequestStatus, Step } from './cancel/request.ts';
import type { ApprovalRules, Policy } from './policy.ts';
import type { AutoSettings } from './links/auto-remind-steps.ts';
import type { LinkIndex } from './links/index-port.ts';
import type { Environment } from './links/link.ts';
import type { OpenSpill } from './links/spill.ts';
import type { Clock } from './time.ts';
import type { Turn } from './in-turns.ts';
import type { Directory } from './directory.ts';
import type { Gateway } from './gateway.ts';
import type { Store } from './store.ts';
import type { Skip } from './subscriptions/skip.ts';

/** How approvers learn of a request: mentioned on its card, by direct message, both, or not at all. */
export const APPROVERS_NOTIFY = ['mention', 'dm', 'both', 'none'] as const;
export type ApproversNotify = (typeof APPROVERS_NOTIFY)[number];

export interface Settings {
  /** Where approvers see the requests. */
  approvalChannel: string;
  approversNotify: ApproversNotify;
  approvalTtlMs: number;
  /** Above this amount a second approver is needed; undefined: never. */
  approvalsRequiredAbovePaise: number | undefined;
  /** Who decides from which amount on, and how many; undefined: APPROVERS decide on every request. */
  approvalRules: ApprovalRules | undefined;
  /** Whether an administrator may approve a cancel alone, with a reason, announced in the channel. */
  breakGlass: boolean;
  /** An ISSUED link that expires within this time is shown in digests. */
  expiringWithinMs: number;
  /** A link that is PROCESSING for longer is stuck. */
  stuckAfterMs: number;
  /** User and user-group IDs that are mentioned when a link stays stuck; empty: nobody. */
  escalateTo: readonly string[];
  reminderCooldownMs: number;
  /** Watching ends after this long at the latest. */
  watchForMs: number;
  /** REMIND_BEFORE and REMIND_QUIET. */
  automatic: AutoSettings;
  /** How late a digest may still be read. */
  digestGraceMs: number;
  /** How long requests that are finished are kept, and answers about transactions. */
  keepFinishedMs: number;
  /** Days without digests. */
  digestSkip: Skip;
  /** The environment the operator configured; answers of another one refuse writes (R15). */
  environment: Environment | undefined;
  /** How long one InstantPay call may take. */
  callTimeoutMs: number;
}

/** Returns a fresh opaque ID. */
export type NewId = () => string;

export interface Deps {
  gateway: Gateway;
  store: Store;
  directory: Directory;
  linkIndex: LinkIndex;
  clock: Clock;
  newId: NewId;
  /** Lets requests and timers have their turn; without it a long loop takes one turn of the event loop. */
  turn?: Turn;
  /** Where the table of a digest goes, instead of memory. */
  openSpill?: OpenSpill;
  policy: Policy;
  settings: Settings;
  /** By request: what this replica knows for certain and could not save; the job saves it. */
  unsaved: Map<string, Unsaved>;
  /** By request, oldest first: the claims on which this replica made a call that may have left. */
  called: Map<string, In<'executing'>>;
  /** Told of each stored step of a request, for the log. */
  onTransition: (transition: Transition) => void;
}

/** One stored step of a request. */
export interface Transition {
  request: CancelRequest;
  /** Undefined when the request was opened. */
  from: RequestStatus | undefined;
  action: AuditAction;
  actorId: string;
}

/** What became of a claim. Lost with the replica; then the outcome is looked up. */
export interface Unsaved {
  holder: string;
  /** The version the claim was stored as, if it was: from then on only the holder can have written this ID. */
  version: number;
  step: (from: In<'executing' | 'unknown'>) => Step;
}

/** A person in Slack, as the signed request names them. */
export interface Actor {
  userId: string;
}
