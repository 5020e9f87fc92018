/** Owns renewing a lease while the work that it covers runs. */

/**
 * Returns what `work` returns, and rejects as it does. Until then calls `renew` every `everyMs`, a fraction of the lease.
 * A failed renewal is ignored: the compare-and-swap at the end of the work tells whether the lease was lost.
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
