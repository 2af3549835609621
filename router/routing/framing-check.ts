import type { IncomingMessage } from 'node:http';
import { hostForm } from './host-form.ts';

export type RequestHead = Pick<IncomingMessage, 'httpVersion' | 'headers' | 'rawHeaders'>;

/** Lengths beyond this lose digits in programs that count with floating point, this one included. */
const lengthForm = /^\d{1,15}$/;
/** Programs that turn headers into variables read these as the ones that say where a body ends. */
const twinNames = ['content_length', 'transfer_encoding'];

/**
 * Why a request, though Node's strict parser let it pass, can mean different things to different programs; undefined when
 * it cannot. Such a request is refused and its connection closed, since nobody can say where the next one begins.
 */
export function findFramingProblem({ httpVersion, headers, rawHeaders }: RequestHead): string | undefined {
  // The parser takes `GET /` of HTTP/0.9, and other versions, as if they were what this connection speaks.
  if (httpVersion !== '1.1' && httpVersion !== '1.0') return 'it is not HTTP/1.1';
  const hostProblem = findHostProblem(headers.host);
  if (hostProblem) return hostProblem;
  let hosts = 0;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? '';
    const { length } = name;
    if (length === 4) {
      if (name.toLowerCase() === 'host') hosts += 1;
    } else if ((length === 14 || length === 17) && twinNames.includes(name.toLowerCase())) {
      return 'it has a header that can be taken for its framing';
    }
  }
  if (hosts > 1) return 'it names two hosts';
  const coding = headers['transfer-encoding'];
  if (coding !== undefined) {
    // Several fields or codings arrive joined, so they are refused here as well.
    if (coding.toLowerCase() !== 'chunked') return 'its transfer coding is not plainly chunked';
    if (httpVersion === '1.0') return 'HTTP/1.0 has no transfer codings';
    if (headers['content-length'] !== undefined) return 'it has both a length and a transfer coding';
  }
  const length = headers['content-length'];
  if (length !== undefined && !lengthForm.test(length)) return 'its length is not a number of bytes';
  return undefined;
}

function findHostProblem(host: string | undefined): string | undefined {
  if (host === undefined || host === '') return 'it names no host';
  return hostForm.test(host) ? undefined : 'its host is not a host name';
}
