/** Owns what is offered to the reader of a message: buttons and commands that would be refused are left out. */

import type { OfferedTo } from '../../payouts/policy.ts';

/** Whether to offer one person what is for those who have this. */
export type Offers = (to: OfferedTo) => boolean;

/** For a message that many people read: whom a button refuses is told so privately. */
export const OFFER_ALL: Offers = () => true;
