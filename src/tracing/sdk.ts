/** Owns the traces: OpenTelemetry's SDK, what is sent where, and the spans. Loaded only when traces are on. */

import {
  type Attributes,
  type ContextManager,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
  type Tracer,
} from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import {
  detectResources,
  envDetector,
  resourceFromAttributes,
  serviceInstanceIdDetector,
} from '@opentelemetry/resources';
import { BatchSpanProcessor, type SpanExporter, TracerProvider } from '@opentelemetry/sdk-trace';
import { withDeadline } from '../deadline.ts';
import { isPayoutDeskError } from '../errors.ts';
import { atMostOnceAMinute } from '../log-rate.ts';
import type { Log } from '../log.ts';
import type { TracingSettings } from './open-tracing.ts';
import { type OperationSpan, traceStore } from './traced-store.ts';
import { NOT_SENT_IN_TIME, type Tracing, type Work } from './tracing.ts';

/** What a stop has left for the last spans, in the worst case: its 10 s go to people first. */
const LAST_SPANS_MS = 400;

/** Outcomes of work that somebody has to look at; refusals and usage errors are answers. */
const FAILED = new Set(['failed', 'outcome_unknown', 'unavailable', 'unexpected']);
/** Outcomes of a call that are no fault: a walk that found its link aborts the pages it prefetched. */
const NO_FAULT = new Set(['ok', 'aborted']);

const KINDS: Readonly<Record<Work['kind'], SpanKind>> = {
  request: SpanKind.SERVER,
  event: SpanKind.SERVER,
  job: SpanKind.INTERNAL,
};

type Spans = ReturnType<typeof createSpans>;

/** Nothing is registered globally, so that two apps in one process keep their traces apart. */
export function createTracing(settings: TracingSettings & { endpoint: string }, log: Log): Tracing {
  const provider = openProvider(settings, log);
  const contexts = new AsyncLocalStorageContextManager().enable();
  const spans = createSpans(provider.getTracer('payout-desk', settings.version), contexts);
  return {
    ...workSpans(spans, contexts),
    ...callSpans(spans),
    store: (store) => traceStore(store, (operation) => storeSpan(spans, settings.database, operation)),
    async close() {
      const sent = provider.shutdown().catch(() => {});
      await withDeadline(sent, LAST_SPANS_MS, () => log.warn(NOT_SENT_IN_TIME));
      contexts.disable();
    },
  };
}

function createSpans(tracer: Tracer, contexts: ContextManager) {
  /** Below the span that this is called within. */
  const start = (name: string, kind: SpanKind, attributes: Attributes, startTime = Date.now()): Span =>
    tracer.startSpan(name, { kind, attributes, startTime }, contexts.active());
  return {
    start,
    current: (): Span | undefined => trace.getSpan(contexts.active()),
    /** A call that has just ended. */
    record: (name: string, outcome: string, elapsedMs: number, attributes: Attributes): void => {
      const startedAt = Date.now() - elapsedMs;
      const span = start(name, SpanKind.CLIENT, { ...attributes, [OUTCOME]: outcome }, startedAt);
      if (!NO_FAULT.has(outcome)) fail(span, outcome);
      span.end();
    },
  };
}

function workSpans(
  { start, current }: Spans,
  contexts: ContextManager,
): Pick<Tracing, 'run' | 'ended' | 'step'> {
  return {
    run({ kind, name, requestId, cancelRequestId }, does) {
      const span = start(name, KINDS[kind], {
        'payout_desk.kind': kind,
        ...(requestId !== undefined && { 'payout_desk.request_id': requestId }),
        ...(cancelRequestId !== undefined && { [CANCEL_REQUEST_ID]: cancelRequestId }),
      });
      return contexts.with(trace.setSpan(contexts.active(), span), async () => {
        try {
          return await does();
        } catch (error) {
          fail(span, kindOf(error));
          throw error;
        } finally {
          span.end();
        }
      });
    },
    ended(outcome) {
      const span = current();
      span?.setAttribute(OUTCOME, outcome);
      if (span && FAILED.has(outcome)) fail(span, outcome);
    },
    step({ cancelRequestId, from, to }) {
      current()?.addEvent('cancel request changed', {
        [CANCEL_REQUEST_ID]: cancelRequestId,
        ...(from !== undefined && { 'payout_desk.from': from }),
        'payout_desk.to': to,
      });
    },
  };
}

function callSpans({ record }: Spans): Pick<Tracing, 'instantPay' | 'slack'> {
  return {
    instantPay(event) {
      if (event.type !== 'attempt') return;
      const { operation, attempt, kind, sent, httpStatus, elapsedMs = 0 } = event;
      record(`InstantPay ${operation}`, kind, elapsedMs, {
        'service.peer.name': 'instantpay',
        'payout_desk.operation': operation,
        'payout_desk.sent': sent,
        ...(httpStatus !== undefined && { 'http.response.status_code': httpStatus }),
        ...(attempt > 1 && { 'http.request.resend_count': attempt - 1 }),
      });
    },
    slack(method, outcome, elapsedMs) {
      record(`Slack ${method}`, outcome, elapsedMs, {
        'service.peer.name': 'slack',
        'payout_desk.operation': method,
      });
    },
  };
}

/** Probes and scrapes ask outside of any work: a trace of one read each would say nothing. */
function storeSpan(
  { start, current }: Spans,
  database: TracingSettings['database'],
  operation: string,
): OperationSpan | undefined {
  if (!current()) return undefined;
  const attributes = { 'db.system.name': database, 'db.operation.name': operation };
  const span = start(`store ${operation}`, SpanKind.CLIENT, attributes);
  return {
    end: () => span.end(),
    fail(error) {
      fail(span, kindOf(error));
      span.end();
    },
  };
}

const OUTCOME = 'payout_desk.outcome';
const CANCEL_REQUEST_ID = 'payout_desk.cancel_request_id';

/** Never the error itself: its message may hold what is private. */
function fail(span: Span, errorType: string): void {
  span.setStatus({ code: SpanStatusCode.ERROR });
  span.setAttribute('error.type', errorType);
}

function kindOf(error: unknown): string {
  return isPayoutDeskError(error) ? error.kind : 'unexpected';
}

function openProvider(
  { endpoint, version }: TracingSettings & { endpoint: string },
  log: Log,
): TracerProvider {
  const resource = resourceFromAttributes({ 'service.name': 'payout-desk', 'service.version': version })
    // OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES win. Those of host and process would name paths and arguments.
    .merge(detectResources({ detectors: [serviceInstanceIdDetector, envDetector] }));
  // Its headers, such as an authorization, are the exporter's own settings (OTEL_EXPORTER_OTLP_HEADERS).
  const exporter = telling(new OTLPTraceExporter({ url: `${endpoint.replace(/\/+$/, '')}/v1/traces` }), log);
  return new TracerProvider({ resource, spanProcessors: [new BatchSpanProcessor({ exporter })] });
}

/** ExportResultCode.SUCCESS of OpenTelemetry. */
const DELIVERED = 0;

/** The SDK drops spans that were not taken and says nothing of it. */
function telling(exporter: SpanExporter, log: Log): SpanExporter {
  const tell = atMostOnceAMinute(Date.now, (count) => log.warn({ count }, 'traces not delivered'));
  return {
    export: (spans, done) =>
      exporter.export(spans, (result) => {
        const code: number = result.code;
        if (code !== DELIVERED) tell();
        done(result);
      }),
    shutdown: () => exporter.shutdown(),
    forceFlush: async () => exporter.forceFlush?.(),
  };
}
