/** Owns whether traces are made: OpenTelemetry is loaded only when there is somewhere to send them. */

import type { Log } from '../log.ts';
import { NO_TRACING, NOT_INSTALLED, type Tracing } from './tracing.ts';

export interface TracingSettings {
  /** Where OTLP is taken over HTTP; undefined: no traces. */
  endpoint: string | undefined;
  version: string;
  /** As OpenTelemetry names the database. */
  database: 'sqlite' | 'postgresql';
}

/** Without the optional packages of OpenTelemetry everything runs, untraced. */
export async function openTracing(settings: TracingSettings, log: Log): Promise<Tracing> {
  const { endpoint } = settings;
  if (endpoint === undefined) return NO_TRACING;
  try {
    const { createTracing } = await import('./sdk.ts');
    return createTracing({ ...settings, endpoint }, log);
  } catch (error) {
    if (!isNotInstalled(error)) throw error;
    log.warn({ setting: 'OTEL_EXPORTER_OTLP_ENDPOINT' }, NOT_INSTALLED);
    return NO_TRACING;
  }
}

function isNotInstalled(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND';
}
