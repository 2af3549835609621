import { HeaderText } from '../header-sink.ts';
import { addRequestHeaders, type RequestHeaderFacts } from '../request-headers.ts';

/**
 * A request without a body, as it goes over the wire, in latin1. The target is canonical and the headers come from Node's
 * parser or from the gateway itself, so neither holds a line end.
 */
export function writeRequestText(method: string, target: string, facts: RequestHeaderFacts): string {
  const head = new HeaderText(`${method} ${target} HTTP/1.1`);
  addRequestHeaders(facts, head);
  return `${head.text}\r\n\r\n`;
}
