import { VisitorStatus } from '@fairline/shared/contracts/visitor-status.ts';
import { Compile } from 'typebox/compile';
import { readRetryMs } from '../bench/rush/read-answer.ts';

/** What a visitor sees in one answer. */
export type Sight =
  /** Where one stands: a waiting page or the answer to a poll. */
  | { kind: 'told'; told: VisitorStatus }
  /** A page that does not say: the site's own, or the outcome of a turn. */
  | { kind: 'page' }
  | { kind: 'redirect'; location: string }
  /** The answer to something that one asked to be done. */
  | { kind: 'done' }
  /** By a 4xx. `code`: the stable word of the answer where it has one. */
  | { kind: 'refused'; status: number; code: string; retryMs: number | undefined }
  /** No whole answer, a 5xx, or one that cannot be read. */
  | { kind: 'failed'; reason: string; retryMs: number | undefined };

export type Answer = { sight: Sight; setCookies: string[] };

const statusForm = Compile(VisitorStatus);
const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" };

/** Reads the whole text of an answer, head and body. `expects`: what the answer has to be when all is well. */
export function readSight(status: number, text: string, expects: 'page' | 'told' | 'done'): Answer {
  const headEnd = text.indexOf('\r\n\r\n');
  const [head, body] = [text.slice(0, headEnd + 2), text.slice(headEnd + 4)];
  const setCookies = Array.from(head.matchAll(/\r\nset-cookie: *([^\r\n]*)/gi), ([, value]) => value ?? '');
  return { sight: readBody({ status, head, body, expects }), setCookies };
}

function readBody({
  status,
  head,
  body,
  expects,
}: {
  status: number;
  head: string;
  body: string;
  expects: string;
}): Sight {
  const retryMs = readRetryMs(head);
  const code = /"code":"(\w+)"/.exec(body)?.[1] ?? '';
  if (status >= 500) return { kind: 'failed', reason: `status ${status}${code && ` ${code}`}`, retryMs };
  if (status === 429 && expects === 'page' && /<main data-facts=/.test(body)) return readPage(body);
  if (status >= 400) return { kind: 'refused', status, code, retryMs };
  const location = /\r\nlocation: *([^\r\n]*)/i.exec(head)?.[1];
  if (status >= 300) {
    return location === undefined
      ? { kind: 'failed', reason: `status ${status} without a place to go`, retryMs }
      : { kind: 'redirect', location };
  }
  if (expects === 'done') return { kind: 'done' };
  return expects === 'page' ? readPage(body) : readTold(body);
}

/** The waiting page carries all that it shows as JSON. */
function readPage(body: string): Sight {
  const facts = /<main data-facts="([^"]*)"/.exec(body)?.[1];
  if (facts === undefined) return { kind: 'page' };
  const json = facts.replace(/&(amp|lt|gt|quot|#39);/g, (all, name) => entities[name] ?? all);
  return readTold(json, (parsed) => (parsed as { status?: unknown } | null)?.status);
}

function readTold(json: string, pick: (parsed: unknown) => unknown = (parsed) => parsed): Sight {
  try {
    const told = pick(JSON.parse(json));
    if (statusForm.Check(told)) return { kind: 'told', told };
  } catch {}
  return { kind: 'failed', reason: 'an answer that is no status', retryMs: undefined };
}
