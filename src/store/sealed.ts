/** Owns what the store seals: values that InstantPay has to be asked with, and that must not be readable in the database. */

export interface Sealing {
  seal(text: string): string;
  /** Returns the text; undefined when it was sealed with another secret, or changed. */
  open(sealed: string): string | undefined;
}

/** For commands that need no such value. */
export const NO_SEAL: Sealing = {
  seal() {
    throw new Error('The store was opened without a seal.');
  },
  open: () => undefined,
};
