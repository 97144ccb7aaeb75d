import { HEADER, outputId, sha256Hex, type Headers } from '@docket/contracts';
import type { Batch, IHeaders } from 'kafkajs-raw';
import type { Hop } from '../workload/hops.js';

/** The CloudEvents and Docket headers that a stage of Docket gives to what it writes: see libs/stage. */
export function envelope(message: Batch['messages'][number], hop: Hop): Headers {
  const given = (name: string): string | undefined => text(message.headers?.[name]);
  const id = given(HEADER.id) ?? message.offset;
  const source = given(HEADER.source) ?? 'bench';
  const correlationId = given(HEADER.correlationId) ?? id;
  return {
    [HEADER.specVersion]: '1.0',
    [HEADER.id]: outputId(hop.name, source, id, `${correlationId}/0`),
    [HEADER.source]: `/docket/${hop.name}`,
    [HEADER.type]: `bench.${hop.name}.v1`,
    [HEADER.subject]: correlationId,
    [HEADER.time]: new Date().toISOString(),
    [HEADER.contentType]: 'application/json',
    [HEADER.correlationId]: correlationId,
    [HEADER.batchTraceId]: given(HEADER.batchTraceId) ?? correlationId,
    [HEADER.digest]: given(HEADER.digest) ?? sha256Hex(message.value ?? ''),
    [HEADER.lane]: 'standard',
  };
}

function text(value: IHeaders[string]): string | undefined {
  return value === undefined || Array.isArray(value) ? undefined : value.toString();
}
