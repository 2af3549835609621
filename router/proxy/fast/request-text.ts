import { fieldNameOf } from '@fairline/shared/plain-gets/field-names.ts';
import { HeaderText } from '../header-sink.ts';
import { addRequestHeaders, type RequestHeaderFacts } from '../request-headers.ts';

const contentLength = fieldNameOf('content-length');
/** Without a body they say so (RFC 9110, 8.6). */
const payloadMethods = new Set(['POST', 'PUT', 'PATCH']);

/**
 * A request with all of its body, if it has one, as it goes over the wire, in latin1. The target is canonical and the headers
 * come from a strict parser or from the gateway itself, so neither holds a line end.
 */
export function writeRequestText(method: string, target: string, facts: RequestHeaderFacts, body?: Buffer): string {
  const head = new HeaderText(`${method} ${target} HTTP/1.1`);
  addRequestHeaders(facts, head);
  if (body) return `${head.text}\r\n\r\n${body.toString('latin1')}`;
  if (payloadMethods.has(method)) head.add(contentLength, '0');
  return `${head.text}\r\n\r\n`;
}
