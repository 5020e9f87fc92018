/** Owns private details on their way to one person. */

export interface PrivateDetails {
  name: string | undefined;
  email: string | undefined;
  mobile: string | undefined;
  /** Where the recipient claims the link, and its QR code. */
  url: string | undefined;
  qrUrl: string | undefined;
  /** Account numbers with their IFSC, as the link's history has them. */
  accounts: { number: string; ifsc: string | undefined }[];
}

/** Unmasked values on their way to one person: opaque, so that no log line, record or message takes them by accident. */
export class Revealed {
  readonly #details: PrivateDetails;

  constructor(details: PrivateDetails) {
    this.#details = details;
  }

  /** For the one message the asker gets. */
  open(): PrivateDetails {
    return this.#details;
  }
}
