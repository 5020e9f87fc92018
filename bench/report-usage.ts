/** Owns telling a benchmark, from within any process, what it used so far: loaded by `--import`, asked by a message. */

export interface Usage {
  /** User and system, of all threads. */
  cpuMs: number;
  rssBytes: number;
}

process.on('message', (question) => {
  if (question !== 'usage') return;
  const { user, system } = process.cpuUsage();
  const usage: Usage = { cpuMs: (user + system) / 1_000, rssBytes: process.memoryUsage.rss() };
  process.send?.(usage);
});
// A measured process must end by itself, as without this.
process.channel?.unref();
