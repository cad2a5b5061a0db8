import { general, schemaUrl } from './names.ts';
import type { Span } from './spans.ts';

/** Spans as the body of an OTLP request in its JSON form. */
export function otlpJson(spans: readonly Span[], version: string): string {
  return JSON.stringify({
    resourceSpans: [
      {
        resource: { attributes: attributes({ [general.service]: 'agentloop', [general.version]: version }) },
        scopeSpans: [{ scope: { name: 'agentloop', version }, spans: spans.map(spanJson), schemaUrl }],
        schemaUrl,
      },
    ],
  });
}

/** Kind 1 is INTERNAL; status 2 is ERROR, 0 is not set. */
function spanJson({ traceId, spanId, parentSpanId, name, from, to, attributes: told, error }: Span): object {
  return {
    traceId,
    spanId,
    ...(parentSpanId === undefined ? {} : { parentSpanId }),
    name,
    kind: 1,
    startTimeUnixNano: nanoseconds(Math.min(from, to)),
    endTimeUnixNano: nanoseconds(to),
    attributes: attributes(error === undefined ? told : { ...told, [general.error]: error }),
    status: error === undefined ? { code: 0 } : { code: 2 },
  };
}

/** As text: a double has no room for it. */
function nanoseconds(ms: number): string {
  return `${BigInt(Math.round(ms)) * 1_000_000n}`;
}

function attributes(values: Span['attributes']): object[] {
  return Object.entries(values).flatMap(([key, value]) =>
    value === undefined ? [] : [{ key, value: typed(value) }],
  );
}

function typed(value: NonNullable<Span['attributes'][string]>): object {
  if (typeof value === 'string') return { stringValue: value };
  if (typeof value === 'boolean') return { boolValue: value };
  if (typeof value === 'number')
    return Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value };
  return { arrayValue: { values: value.map((one) => ({ stringValue: one })) } };
}
