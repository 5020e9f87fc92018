/** Owns the unmasked details of a link, for one person. */

export interface PrivateDetails {
  name: string | undefined;
  email: string | undefined;
  mobile: string | undefined;
  /** The link’s claim address and its QR code. */
  url: string | undefined;
  qrUrl: string | undefined;
  /** Account numbers with their IFSC, from the link’s history. */
  accounts: { number: string; ifsc: string | undefined }[];
}

/** Unmasked values for one person: opaque, so that no log line, row or message holds them by accident. */
export class Revealed {
  readonly #details: PrivateDetails;

  constructor(details: PrivateDetails) {
    this.#details = details;
  }

  /** For the one private message. */
  open(): PrivateDetails {
    return this.#details;
  }
}
