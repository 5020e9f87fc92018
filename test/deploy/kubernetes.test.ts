/** Owns the objects for Kubernetes: they fit its schemas, run what the image is, and set settings that exist. */

import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { loadConfig } from '../../src/config.ts';
import { SECRETS, SETTING_NAMES } from '../../src/config-schema.ts';
import { ROOT } from '../house/sources.ts';
import { build, envAt } from './kustomize.ts';
import { kubernetesFaults, oneYamlAt, type Yaml } from './schemas.ts';

const FOLDER = 'deploy/kubernetes';
const HTTP = '../../components/http';
const OVERLAYS = ['sqlite', 'postgres'] as const;
const overlay = (name: (typeof OVERLAYS)[number], components: string[] = []): Yaml[] =>
  build(join(FOLDER, 'overlays', name), components);

const probe = z.object({
  httpGet: z.strictObject({ path: z.string(), port: z.string() }),
  timeoutSeconds: z.number(),
});
const container = z.object({
  image: z.string(),
  envFrom: z.array(z.record(z.string(), z.object({ name: z.string() }))),
  env: z.array(z.object({ name: z.string(), value: z.string() })).default([]),
  ports: z.array(z.object({ name: z.string(), containerPort: z.number() })),
  startupProbe: probe,
  livenessProbe: probe,
  readinessProbe: probe,
  lifecycle: z.object({ preStop: z.object({ sleep: z.object({ seconds: z.number() }) }) }),
  resources: z.record(z.enum(['requests', 'limits']), z.record(z.string(), z.string())),
  securityContext: z.unknown(),
  volumeMounts: z.array(z.object({ name: z.string(), mountPath: z.string() })),
});
const deployment = z.object({
  spec: z.object({
    replicas: z.number(),
    strategy: z.looseObject({ type: z.string() }),
    selector: z.object({ matchLabels: z.record(z.string(), z.string()) }),
    template: z.object({
      metadata: z.object({
        labels: z.record(z.string(), z.string()),
        annotations: z.record(z.string(), z.string()),
      }),
      spec: z.object({
        automountServiceAccountToken: z.literal(false),
        enableServiceLinks: z.literal(false),
        terminationGracePeriodSeconds: z.number(),
        securityContext: z.unknown(),
        containers: z.tuple([container]),
        volumes: z.array(z.object({ name: z.string(), persistentVolumeClaim: z.unknown().optional() })),
      }),
    }),
  }),
});

function deploymentOf(name: (typeof OVERLAYS)[number]) {
  const { spec } = deployment.parse(overlay(name).find(({ kind }) => kind === 'Deployment'));
  const pod = spec.template.spec;
  return { spec, pod, container: pod.containers[0] };
}

test.each(OVERLAYS)('%s, with and without HTTP, fits the schemas of Kubernetes', async (name) => {
  const objects = overlay(name, [HTTP]);
  for (const object of objects)
    expect([object['kind'], await kubernetesFaults(object)]).toEqual([object['kind'], []]);
  expect(objects.map(({ kind }) => kind)).toEqual(
    expect.arrayContaining(['Ingress', 'Service', 'Deployment']),
  );
  const inSocketMode = overlay(name).map(({ kind }) => kind);
  expect(inSocketMode).not.toContain('Ingress');
  expect(inSocketMode).not.toContain('Service');
  // Secrets are applied by hand.
  expect(inSocketMode).not.toContain('Secret');
});

test('the schemas find a missing field, a wrong type and a misspelt field', async () => {
  const claim = oneYamlAt(join(FOLDER, 'overlays/sqlite/persistentvolumeclaim.yaml'));
  expect(await kubernetesFaults(claim)).toEqual([]);
  expect(await kubernetesFaults({ ...claim, metadata: 1 })).not.toEqual([]);
  expect(await kubernetesFaults({ ...claim, spec: { storageClass: 'fast' } })).toEqual([
    '/spec/storageClass',
  ]);
  expect(await kubernetesFaults({ ...claim, spce: claim['spec'] })).toContain('/spce');
  const [broken] = overlay('sqlite').filter(({ kind }) => kind === 'Deployment');
  expect(await kubernetesFaults({ ...broken, spec: {} })).not.toEqual([]);
});

test('every file is in an overlay, but the example of the secret', () => {
  const files = readdirSync(join(ROOT, FOLDER), { recursive: true, encoding: 'utf8' });
  const named = files
    .filter((file) => file.endsWith('kustomization.yaml'))
    .flatMap((file) => JSON.stringify(oneYamlAt(join(FOLDER, file))));
  for (const file of files.filter((each) => each.endsWith('.yaml') && !each.endsWith('kustomization.yaml'))) {
    const isNamed = named.some((text) => text.includes(`"${file.split('/').at(-1)}"`));
    expect([file, isNamed]).toEqual([file, !file.endsWith('secret.example.yaml')]);
  }
});

test.each(OVERLAYS)('%s: the pod is restricted, and has its limits', (name) => {
  const { pod, container: desk, spec } = deploymentOf(name);
  expect(pod.securityContext).toMatchObject({
    runAsNonRoot: true,
    runAsUser: 1000,
    seccompProfile: { type: 'RuntimeDefault' },
  });
  expect(desk.securityContext).toEqual({
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ['ALL'] },
  });
  for (const bound of ['requests', 'limits'] as const)
    expect(Object.keys(desk.resources[bound])).toEqual(['cpu', 'memory', 'ephemeral-storage']);
  expect(desk.volumeMounts.map(({ mountPath }) => mountPath)).toContain('/tmp');
  const volumes = new Set(pod.volumes.map((volume) => volume.name));
  for (const mount of desk.volumeMounts) expect(volumes).toContain(mount.name);
  // What SIGTERM leaves at most, behind the stop before it.
  expect(pod.terminationGracePeriodSeconds).toBeGreaterThan(desk.lifecycle.preStop.sleep.seconds + 10);
  expect(spec.selector.matchLabels).toEqual(spec.template.metadata.labels);
});

const secretNames = Object.keys(
  z.record(z.string(), z.string()).parse(oneYamlAt(join(FOLDER, 'base/secret.example.yaml'))['stringData']),
);

/** The environment of the pod once what has to be filled in is. */
function environmentOf(name: (typeof OVERLAYS)[number]): Record<string, string> {
  const { container: desk } = deploymentOf(name);
  return {
    ...Object.fromEntries(envAt(join(FOLDER, 'base/settings.env'))),
    APPROVAL_CHANNEL: 'C0123456789',
    APPROVERS: 'U0123456789',
    INSTANTPAY_ENDPOINT_IP: '203.0.113.7',
    SLACK_BOT_TOKEN: 'xoxb-1',
    SLACK_APP_TOKEN: 'xapp-1',
    INSTANTPAY_CLIENT_ID: 'ours',
    INSTANTPAY_CLIENT_SECRET: 'ours',
    DATABASE_URL: 'postgres://desk:secret@postgresql/desk',
    ...Object.fromEntries(desk.env.map((variable) => [variable.name, variable.value])),
  };
}

test('every setting exists, secrets are in the secret alone, and neither file has a value that is private', () => {
  const plain = envAt(join(FOLDER, 'base/settings.env')).map(([name]) => name);
  for (const name of [...plain, ...secretNames]) expect(SETTING_NAMES).toContain(name);
  for (const name of plain) expect(SECRETS).not.toContain(name);
  for (const name of secretNames) expect(SECRETS).toContain(name);
  const { stringData } = oneYamlAt(join(FOLDER, 'base/secret.example.yaml'));
  expect(new Set(Object.values(z.record(z.string(), z.string()).parse(stringData)))).toEqual(new Set(['']));
  const { container: desk } = deploymentOf('sqlite');
  expect(desk.envFrom).toEqual([
    { configMapRef: { name: 'payout-desk-settings' } },
    { secretRef: { name: 'payout-desk-secrets' } },
  ]);
});

test.each(OVERLAYS)(
  '%s: the ports of the settings are those of the container, and the probes ask them',
  (name) => {
    const config = loadConfig(environmentOf(name));
    const { container: desk, spec } = deploymentOf(name);
    expect(desk.ports).toEqual([
      { name: 'slack', containerPort: config.port },
      { name: 'internal', containerPort: config.metricsPort },
    ]);
    const asked = [desk.startupProbe, desk.livenessProbe, desk.readinessProbe].map(({ httpGet }) => httpGet);
    expect(asked).toEqual([
      { path: '/healthz', port: 'internal' },
      { path: '/healthz', port: 'internal' },
      { path: '/readyz', port: 'internal' },
    ]);
    expect(spec.template.metadata.annotations).toEqual({
      'prometheus.io/scrape': 'true',
      'prometheus.io/port': String(config.metricsPort),
      'prometheus.io/path': '/metrics',
    });
  },
);

test('SQLite: one replica, which ends before the next starts, and a disk for its file', () => {
  const { spec, container: desk, pod } = deploymentOf('sqlite');
  expect([spec.replicas, spec.strategy]).toEqual([1, { type: 'Recreate' }]);
  const { databaseUrl } = loadConfig(environmentOf('sqlite'));
  const mount = desk.volumeMounts.find(({ mountPath }) => databaseUrl.startsWith(`sqlite:${mountPath}/`));
  const volume = pod.volumes.find((each) => each.name === mount?.name);
  const claim = overlay('sqlite').find(({ kind }) => kind === 'PersistentVolumeClaim');
  expect(claim).toMatchObject({ metadata: { name: 'payout-desk-data' } });
  expect(volume?.persistentVolumeClaim).toEqual({ claimName: 'payout-desk-data' });
});

test('PostgreSQL: two replicas, one of which stays, and no disk', () => {
  const { spec, pod, container: desk } = deploymentOf('postgres');
  expect(spec).toMatchObject({
    replicas: 2,
    strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 0 } },
  });
  expect(pod.volumes.some((volume) => volume.persistentVolumeClaim !== undefined)).toBe(false);
  // It comes from the secret.
  expect(desk.env).toEqual([]);
  expect(overlay('postgres').find(({ kind }) => kind === 'PodDisruptionBudget')).toMatchObject({
    spec: { minAvailable: 1, selector: spec.selector },
  });
});

test('from outside comes Slack’s path alone', () => {
  const objects = overlay('postgres', [HTTP]);
  const ingress = objects.find(({ kind }) => kind === 'Ingress');
  expect(ingress).toMatchObject({
    spec: { rules: [{ http: { paths: [{ path: '/slack/events', pathType: 'Exact' }] } }] },
  });
  const service = objects.find(({ kind }) => kind === 'Service');
  expect(service).toMatchObject({ spec: { ports: [{ name: 'slack', targetPort: 'slack' }] } });
  const policies = objects.filter(({ kind }) => kind === 'NetworkPolicy');
  expect(policies).toHaveLength(3);
  for (const { spec } of policies)
    expect(spec).toMatchObject({ podSelector: deploymentOf('postgres').spec.selector });
});
