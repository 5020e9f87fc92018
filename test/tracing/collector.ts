/** Owns a local collector of traces: it takes OTLP over HTTP as JSON, and gives the spans. */

import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { z } from 'zod';

const value = z.union([
  z.object({ stringValue: z.string() }).transform((each) => each.stringValue),
  z.object({ intValue: z.coerce.number() }).transform((each) => each.intValue),
  z.object({ boolValue: z.boolean() }).transform((each) => each.boolValue),
]);
const attributes = z
  .array(z.object({ key: z.string(), value }))
  .transform(
    (pairs): Record<string, string | number | boolean> =>
      Object.fromEntries(pairs.map((pair) => [pair.key, pair.value])),
  );
const span = z.object({
  name: z.string(),
  kind: z.number(),
  traceId: z.string(),
  spanId: z.string(),
  parentSpanId: z.string().optional(),
  startTimeUnixNano: z.coerce.bigint(),
  endTimeUnixNano: z.coerce.bigint(),
  attributes,
  events: z.array(z.object({ name: z.string(), attributes })),
  status: z.object({ code: z.number(), message: z.string().optional() }),
});
const body = z.object({
  resourceSpans: z.array(
    z.object({
      resource: z.object({ attributes }),
      scopeSpans: z.array(z.object({ spans: z.array(span) })),
    }),
  ),
});

export type CollectedSpan = z.infer<typeof span>;
export type Collector = Awaited<ReturnType<typeof startCollector>>;

/** As OTLP counts them. */
export const KIND = { internal: 1, server: 2, client: 3 } as const;
export const ERROR_STATUS = 2;

export async function startCollector() {
  const bodies: string[] = [];
  const paths: (string | undefined)[] = [];
  let status = 200;
  let hangs = false;
  const take = async (request: IncomingMessage): Promise<void> => {
    paths.push(request.url);
    bodies.push(await text(request));
  };
  const server = createServer((request, response) => {
    take(request).then(
      () => hangs || response.writeHead(status, { 'content-type': 'application/json' }).end('{}'),
      () => response.destroy(),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const resources = () => bodies.flatMap((each) => body.parse(JSON.parse(each)).resourceSpans);
  return {
    url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`,
    paths,
    /** All that was sent, as it was sent. */
    sent: (): string => bodies.join('\n'),
    resource: () => resources()[0]?.resource.attributes,
    spans: (): CollectedSpan[] =>
      resources().flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans)),
    /** Answers with this status from now on. */
    refuse(with_: number): void {
      status = with_;
    },
    /** Answers nothing from now on. */
    hang(): void {
      hangs = true;
    },
    async close(): Promise<void> {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
