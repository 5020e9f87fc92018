/**
 * Owns the health check of the image: exits with 0 when `/healthz` answers 200 at HOST and PORT, else with 1 and one line.
 * Plain CommonJS without dependencies, because it is started every half minute.
 */
'use strict';

const { get } = require('node:http');

/** Less than the time that the image gives it. */
const TIMEOUT_MS = 4_000;
/** Addresses that are listened on and cannot be asked, and those that can. */
const ASKABLE = { '': '127.0.0.1', '0.0.0.0': '127.0.0.1', '::': '::1' };

function fail(why) {
  process.stderr.write(`not healthy: ${why}\n`);
  process.exit(1);
}

const given = (process.env.HOST || '').trim();
const host = Object.hasOwn(ASKABLE, given) ? ASKABLE[given] : given;
const port = (process.env.PORT || '').trim() || '3000';

const request = get({ host, port, path: '/healthz', agent: false, timeout: TIMEOUT_MS }, (response) => {
  if (response.statusCode !== 200) fail(`HTTP ${response.statusCode}`);
  process.exit(0);
});
request.on('timeout', () => fail(`no answer within ${TIMEOUT_MS / 1_000} s`));
request.on('error', (error) => fail(error.code || error.message));
