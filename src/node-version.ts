/** Owns the refusal of an older Node. Imported first by every entry: what is imported later needs the newer one. */

const NEEDED = 26;
/** EX_CONFIG of sysexits.h. */
const EXIT_CONFIG = 78;

if (Number.parseInt(process.versions.node, 10) < NEEDED) {
  process.stderr.write(
    `Payout Desk needs Node ${NEEDED}; this is ${process.versions.node}. Use the npm commands, such as npm start.\n`,
  );
  process.exit(EXIT_CONFIG);
}
