/** Owns the compose file, its proxy and the systemd unit: valid, hardened, and with settings that exist. */

import { expect, test } from 'vitest';
import { z } from 'zod';
import { loadConfig } from '../../src/config.ts';
import { SETTING_NAMES } from '../../src/config-schema.ts';
import { composeFaults, fileAt, oneYamlAt } from './schemas.ts';

const service = z.object({
  image: z.string(),
  profiles: z.array(z.string()),
  restart: z.literal('unless-stopped'),
  environment: z.record(z.string(), z.string()),
  ports: z.array(z.string()).default([]),
  networks: z.array(z.string()),
  secrets: z.array(z.string()).default([]),
  mem_limit: z.string(),
  cpus: z.number(),
  pids_limit: z.number(),
  security_opt: z.array(z.string()),
});
const compose = z.object({
  services: z.record(z.enum(['desk', 'replica', 'postgres', 'proxy']), service),
  secrets: z.record(z.string(), z.object({ file: z.string() })),
  networks: z.record(z.string(), z.unknown()),
  volumes: z.record(z.string(), z.unknown()),
});
const file = oneYamlAt('deploy/compose.yaml');
const { services, secrets, networks } = compose.parse(file);

test('it fits the schema of the Compose Specification, and the schema finds what does not', () => {
  // Newer than this edition of the schema.
  const { name, ...rest } = file;
  expect(name).toBe('payout-desk');
  expect(composeFaults(rest)).toEqual([]);
  expect(composeFaults({ services: { desk: { imag: 'payout-desk' } } })).not.toEqual([]);
  expect(composeFaults({ services: { desk: { read_only: 'perhaps' } } })).not.toEqual([]);
});

test('a profile has one store: nothing runs in both, and nothing without one', () => {
  expect(Object.entries(services).map(([name, { profiles }]) => [name, profiles])).toEqual([
    ['desk', ['single']],
    ['replica', ['scale']],
    ['postgres', ['scale']],
    ['proxy', ['scale']],
  ]);
  expect(file).toMatchObject({ services: { replica: { deploy: { replicas: 2 } } } });
});

test('every container has limits and may not gain privileges; Payout Desk has none, on a read-only root', () => {
  for (const { security_opt } of Object.values(services))
    expect(security_opt).toEqual(['no-new-privileges:true']);
  for (const name of ['desk', 'replica'])
    expect(file).toMatchObject({ services: { [name]: { read_only: true, cap_drop: ['ALL'], init: false } } });
  const image = `payout-desk:${JSON.parse(fileAt('package.json')).version}`;
  expect(services.desk.image).toBe(`\${PAYOUT_DESK_IMAGE:-${image}}`);
  expect(services.replica.image).toBe(services.desk.image);
  expect(fileAt('deploy/kubernetes/base/deployment.yaml')).toContain(`image: ${image}\n`);
});

const FILLED_IN = {
  APPROVAL_CHANNEL: 'C0123456789',
  APPROVERS: 'U0123456789',
  INSTANTPAY_ENDPOINT_IP: '203.0.113.7',
  SLACK_BOT_TOKEN: 'xoxb-1',
  SLACK_APP_TOKEN: 'xapp-1',
  INSTANTPAY_CLIENT_ID: 'ours',
  INSTANTPAY_CLIENT_SECRET: 'ours',
};
const DATABASE = 'postgres://payout_desk:secret@postgres/payout_desk';

test('every setting exists, and the ports are those that are published and asked', () => {
  for (const { environment, ports } of [services.desk, services.replica]) {
    for (const name of Object.keys(environment)) expect(SETTING_NAMES).toContain(name);
    const config = loadConfig({ ...FILLED_IN, ...environment }, () => DATABASE);
    expect([config.port, config.metricsPort]).toEqual([3000, 9464]);
    // To this machine alone.
    for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:(3000:3000|9464:9464)$/);
  }
  expect(services.proxy.ports).toEqual(['80:80', '443:443']);
});

test('PostgreSQL is reached by the replicas alone, with a password from a file that is not in version control', () => {
  expect(networks['store']).toEqual({ internal: true });
  expect(services.postgres.networks).toEqual(['store']);
  expect(services.postgres.ports).toEqual([]);
  expect(services.proxy.networks).not.toContain('store');
  for (const { file: path } of Object.values(secrets)) expect(path).toMatch(/^\.\/secrets\//);
  expect(fileAt('.gitignore')).toContain('deploy/secrets/\n');
  for (const { environment, secrets: given } of [services.replica, services.postgres])
    for (const secret of given) expect(Object.values(environment)).toContain(`/run/secrets/${secret}`);
});

test('the proxy passes what Slack posts, to the port of the replicas, and nothing else', () => {
  const text = fileAt('deploy/Caddyfile').replace(/^\s*#.*$/gm, '');
  expect([...text.matchAll(/\bpath (.*)/g)].map(([, path]) => path)).toEqual(['/slack/events']);
  expect([...text.matchAll(/\bmethod (.*)/g)].map(([, method]) => method)).toEqual(['POST']);
  expect(text).toMatch(/dynamic a \{\s+name replica\s+port 3000\s/);
  expect(text.match(/reverse_proxy/g)).toHaveLength(1);
  expect(text).toMatch(/handle \{\s+respond 404\s+\}/);
  expect(Object.keys(services.proxy.environment)).toEqual(
    [...text.matchAll(/\{\$([A-Z_]+)\}/g)].map(([, name]) => name),
  );
});

// ---- systemd ----------------------------------------------------------------------------------------------

/** Each section’s directives in their order; one may stand several times. */
function unitAt(path: string): Map<string, [name: string, value: string][]> {
  const sections = new Map<string, [string, string][]>();
  let now: [string, string][] = [];
  for (const line of fileAt(path).split('\n')) {
    if (line === '' || line.startsWith('#')) continue;
    const section = /^\[(\w+)\]$/.exec(line)?.[1];
    const [, name, value = ''] = /^([A-Z][A-Za-z]+)=(.*)$/.exec(line) ?? [];
    if (section !== undefined) sections.set(section, (now = []));
    else if (name === undefined) throw new Error(`${path}: ${line}`);
    else now.push([name, value]);
  }
  return sections;
}

const unit = unitAt('deploy/systemd/payout-desk.service');
const directives = unit.get('Service') ?? [];
const all = (name: string): string[] =>
  directives.filter(([each]) => each === name).map(([, value]) => value);

test('the unit ends with the process, is not started again with wrong settings, and may write its own folders alone', () => {
  expect([...unit.keys()]).toEqual(['Unit', 'Service', 'Install']);
  expect(all('ExecStart')).toEqual([
    `/usr/bin/env ${JSON.parse(fileAt('package.json')).scripts.start.replace('exec ', '')}`,
  ]);
  expect(all('RestartPreventExitStatus')).toEqual(['78']);
  expect(Number(all('TimeoutStopSec')[0])).toBeGreaterThan(10);
  expect(all('KillMode')).toEqual(['mixed']);
  for (const [name, value] of [
    ['DynamicUser', 'yes'],
    ['ProtectSystem', 'strict'],
    ['NoNewPrivileges', 'yes'],
    ['CapabilityBoundingSet', ''],
    ['ProtectHome', 'yes'],
    ['PrivateTmp', 'yes'],
  ] as const)
    expect([name, all(name)]).toEqual([name, [value]]);
  // V8 could not run.
  expect(all('MemoryDenyWriteExecute')).toEqual([]);
});

test('the settings of the unit exist, and the store is in its folder of state', () => {
  const given = all('Environment').map((text) => text.split('='));
  const known = new Set([...SETTING_NAMES, 'NODE_ENV', 'NODE_COMPILE_CACHE']);
  for (const [name = ''] of given) expect(known).toContain(name);
  const [state = ''] = all('StateDirectory');
  expect(all('Environment')).toContain(`DATABASE_URL=sqlite:/var/lib/${state}/payout-desk.db`);
  expect(all('Environment')).toContain(`NODE_COMPILE_CACHE=/var/cache/${all('CacheDirectory')[0]}`);
});
