import { parseBookedNote, parseReleasedNote } from '@fairline/shared/contracts/internal-headers.ts';
import { AnswerLines } from '@fairline/shared/plain-gets/answer-text.ts';
import { PlainResponse } from '@fairline/shared/plain-gets/plain-response.ts';
import type { BookedCopy } from '../admission/booked-copy.ts';
import type { Upstream } from '../balancing/upstream-set.ts';
import { isProtected } from '../routing/route-table.ts';
import type { Question } from './ask-room.ts';
import { leavesBodyOpen } from './continuation.ts';
import { type Exchange, isPageView } from './exchange.ts';
import type { AnswerHead } from './forward.ts';
import { HeaderList } from './header-sink.ts';
import { addResponseHeaders, type ResponseHeaderFacts } from './response-headers.ts';
import { acceptsTrailers } from './trailers.ts';
import { writeHead } from './write-head.ts';

/** What the head of an answer came to: `answered` was written to the client, the others say what to ask next. */
export type HeadReading = { kind: 'answered' | 'isBooked' | 'isNotBooked'; isStream: boolean };

/** Learns from the notes in the head of an answer and writes it to the client, unless it is for the gateway alone. */
export function takeHead(
  exchange: Exchange,
  question: Question,
  { status, rawHeaders, isChecked = false }: AnswerHead,
  bookedCopy: BookedCopy,
  { isStatic = false }: Pick<Upstream, 'isStatic'>,
): HeadReading {
  const { response, visitor } = exchange;
  const { room } = question;
  const isAgreed = status === 101;
  const closes = exchange.closesConnection || exchange.isTunnel || leavesBodyOpen(exchange.continuation);
  const connection = isAgreed ? 'upgrade' : closes ? 'close' : undefined;
  // Whoever takes the lines as they are gets them so: most answers need no list of their headers.
  const plainResponse = isChecked && response instanceof PlainResponse ? response : undefined;
  const target = plainResponse ? new AnswerLines() : new HeaderList();
  const facts: ResponseHeaderFacts = {
    rawHeaders,
    requestId: exchange.requestId,
    setCookie: exchange.setCookie,
    isStatic,
    isProtected: isProtected(exchange.route),
    connection,
    takesTrailers: canTakeTrailers(exchange, status),
  };
  const built = addResponseHeaders(facts, target);
  if (visitor && room === 'waiting-room' && built.booked !== undefined) {
    const note = parseBookedNote(built.booked);
    if (note) {
      bookedCopy.noteBooked(visitor.visitorId, note.seq);
      if (isPageView(exchange) && !question.hasNoCapacity) return { kind: 'isBooked', isStream: false };
    }
  }
  if (visitor && room !== 'admin' && built.released !== undefined) {
    const seq = parseReleasedNote(built.released);
    if (seq !== undefined) bookedCopy.noteReleased(visitor.visitorId, seq);
  }
  // An origin may refuse pages for reasons of its own: it is about the place only when the answer says so.
  const isRefusal = status === 403 || status === 409;
  const isAboutPlace = !isStatic && (question.isHandOver || built.released !== undefined);
  if (room === 'booking' && isPageView(exchange) && isRefusal && isAboutPlace) {
    return { kind: 'isNotBooked', isStream: false };
  }
  if (plainResponse && target instanceof AnswerLines) plainResponse.writeLines(status, target);
  else if (target instanceof HeaderList) {
    const isPlain = built.hasLength && connection === undefined;
    writeHead(response, { status, headers: target.headers, isPlain, isChecked });
  }
  // Without a length it may be a stream whose first byte is far off: its head must not wait for it.
  if (!built.hasLength) response.flushHeaders();
  return { kind: 'answered', isStream: built.isEventStream || isAgreed };
}

/** Trailers need a body in chunks. */
function canTakeTrailers({ request, method }: Exchange, status: number): boolean {
  if (request.headers.te === undefined || request.httpVersion !== '1.1' || method === 'HEAD') return false;
  return status >= 200 && status !== 204 && status !== 304 && acceptsTrailers(request.headers.te);
}
