import { buildRequestHeaders, type RequestHeaderFacts } from '../request-headers.ts';

/**
 * A request without a body, as it goes over the wire, in latin1. The target is canonical and the headers come from Node's
 * parser or from the gateway itself, so neither holds a line end.
 */
export function writeRequestText(method: string, target: string, facts: RequestHeaderFacts): string {
  const headers = buildRequestHeaders(facts);
  let text = `${method} ${target} HTTP/1.1\r\n`;
  for (let index = 0; index + 1 < headers.length; index += 2) text += `${headers[index]}: ${headers[index + 1]}\r\n`;
  return `${text}\r\n`;
}
