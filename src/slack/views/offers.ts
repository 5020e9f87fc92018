/** Owns what is offered to the reader of a message: buttons and commands that would be refused are left out. */

import type { OfferedOnLink, OfferedTo } from '../../payouts/policy.ts';

/** Whether to offer one person what is for those who have this. */
export type Offers = (to: OfferedTo) => boolean;

/** The same, of what can be done with a link. */
export type LinkOffers = (to: OfferedOnLink) => boolean;

/** For a message that many people read: whom a button refuses is told so privately. */
export const OFFER_ALL: Offers = () => true;
