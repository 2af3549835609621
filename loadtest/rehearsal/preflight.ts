import { request as requestPlainly } from 'node:http';
import { request as requestByTls } from 'node:https';
import { text } from 'node:stream/consumers';
import { readSight } from './read-sight.ts';
import { userAgent } from './requests.ts';
import type { Target } from './target.ts';

const timeoutMs = 5_000;

/** Why no rehearsal can be played there, in words for the user; undefined when a Fairline site answers. */
export async function findSiteProblem({ origin, ownHost }: Target): Promise<string | undefined> {
  try {
    const { status, body } = await ask(`${origin}/queue/status`);
    const { sight } = readSight(status, `\r\n\r\n${body}`, 'told');
    if (sight.kind === 'told') return undefined;
    const answer = status >= 400 ? `status ${status}` : 'something else';
    return `${origin} answers, but not as a Fairline site that works: /queue/status gave ${answer}`;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const hint = ownHost === undefined ? '; start a site with npm start, or let --start begin one' : '';
    return `nothing answers at ${origin} (${code ?? message})${hint}`;
  }
}

async function ask(url: string): Promise<{ status: number; body: string }> {
  const request = url.startsWith('https:') ? requestByTls : requestPlainly;
  const { promise, resolve, reject } = Promise.withResolvers<{ status: number; body: string }>();
  const headers = { accept: 'application/json', 'user-agent': userAgent };
  request(url, { agent: false, headers, signal: AbortSignal.timeout(timeoutMs) }, (answer) => {
    text(answer).then((body) => resolve({ status: answer.statusCode ?? 0, body }), reject);
  })
    .on('error', reject)
    .end();
  return promise;
}
