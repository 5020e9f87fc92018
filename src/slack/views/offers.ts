/** Owns what is offered to the reader of a message: buttons and commands that would be refused are left out. */

import type { Permission } from '../../payouts/policy.ts';

/** Whether to offer one person what needs this permission. */
export type Offers = (permission: Permission) => boolean;

/** For a message that many people read: whom a button refuses is told so privately. */
export const OFFER_ALL: Offers = () => true;
