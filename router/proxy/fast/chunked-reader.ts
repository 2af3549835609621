import { malformed } from './answer-head.ts';

const cr = 13;
const lf = 10;
/** Eight hex digits are 4 GiB. */
const maxSizeDigits = 8;
const maxTrailerBytes = 16 * 1024;

type State = 'size' | 'sizeLf' | 'data' | 'dataCr' | 'dataLf' | 'trailer' | 'trailerLf' | 'done';

/**
 * Reads a chunked body. Strict: chunk extensions, bare line ends and empty sizes throw an `UpstreamFault`. Trailers are
 * read over: who wants them goes another way.
 */
export function createChunkedReader(onData: (bytes: Buffer, from: number, to: number) => void) {
  let state: State = 'size';
  let size = 0;
  let sizeDigits = 0;
  let trailerBytes = 0;
  let isLineEmpty = true;

  function readSize(code: number): void {
    if (code === cr) {
      if (sizeDigits === 0) throw malformed('a chunk without a size');
      state = 'sizeLf';
      return;
    }
    const digit = hexDigit(code);
    if (digit === -1 || sizeDigits === maxSizeDigits) throw malformed('the size of a chunk');
    size = size * 16 + digit;
    sizeDigits += 1;
  }

  function readTrailer(code: number): void {
    trailerBytes += 1;
    if (trailerBytes > maxTrailerBytes) throw malformed('too many trailers');
    if (code === lf) throw malformed('a bare line feed');
    if (code === cr) state = 'trailerLf';
    else isLineEmpty = false;
  }

  function expect(code: number, wanted: number): void {
    if (code !== wanted) throw malformed('the end of a chunk');
  }

  function readByte(code: number): void {
    switch (state) {
      case 'size':
        readSize(code);
        return;
      case 'sizeLf':
        expect(code, lf);
        state = size === 0 ? 'trailer' : 'data';
        return;
      case 'dataCr':
        expect(code, cr);
        state = 'dataLf';
        return;
      case 'dataLf':
        expect(code, lf);
        state = 'size';
        sizeDigits = 0;
        return;
      case 'trailer':
        readTrailer(code);
        return;
      case 'trailerLf':
        expect(code, lf);
        state = isLineEmpty ? 'done' : 'trailer';
        isLineEmpty = true;
    }
  }

  return {
    /** Reads on; returns where it stopped: at `to`, or earlier when the body is over. */
    read(bytes: Buffer, from: number, to: number): number {
      let at = from;
      while (at < to && state !== 'done') {
        if (state === 'data') {
          const stop = Math.min(to, at + size);
          onData(bytes, at, stop);
          size -= stop - at;
          at = stop;
          if (size === 0) state = 'dataCr';
        } else {
          readByte(bytes[at] ?? 0);
          at += 1;
        }
      }
      return at;
    },
    isDone: () => state === 'done',
  };
}

export type ChunkedReader = ReturnType<typeof createChunkedReader>;

function hexDigit(code: number): number {
  if (code >= 48 && code <= 57) return code - 48;
  const lower = code | 32;
  return lower >= 97 && lower <= 102 ? lower - 87 : -1;
}
