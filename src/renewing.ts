/** Owns keeping a lease while the work it covers runs, however long that takes. */

/**
 * Returns what `work` returns. Until it ends `renew` is called every `everyMs`, which has to be well below the lease: a
 * renewal that fails may pass, and whether the lease still held is told by the compare-and-swap that ends the work.
 */
export async function renewing<T>(
  everyMs: number,
  renew: () => Promise<unknown>,
  work: () => Promise<T>,
): Promise<T> {
  let under = Promise.resolve();
  const timer = setInterval(() => {
    under = renew().then(
      () => {},
      () => {},
    );
  }, everyMs);
  try {
    return await work();
  } finally {
    clearInterval(timer);
    await under;
  }
}
