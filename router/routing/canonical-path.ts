/**
 * The one spelling of a request target that is matched and forwarded. Whatever two programs could read differently (an
 * encoded slash, a dot segment, an empty segment …) is refused, so that no spelling reaches a protected page by a
 * detour through the origin's own decoding.
 */
export type CanonicalTarget =
  | { kind: 'target'; path: string /** With its question mark; empty when there is none. */; query: string }
  | { kind: 'bad'; problem: string }
  | { kind: 'tooLong' };

export const maxTargetLength = 8192;

/** Nothing encoded, no empty segment, no segment that starts with a dot: already canonical, as most paths are. */
const plainPath = /^(?:\/[A-Za-z0-9_~!$&'()*+,;=:@-][A-Za-z0-9._~!$&'()*+,;=:@-]*)*\/?$/;
const plainQuery = /^[\x21\x22\x24-\x7e]*$/;
const pathCharacters = /^[A-Za-z0-9._~!$&'()*+,;=:@/%"<>[\]^`{|}-]*$/;
const dotSegment = /^\.{1,2}(?:;.*)?$/;

/**
 * `rawTarget` is the request target as sent, in origin form or in absolute form; an absolute one must name the same
 * host as the Host header. Costs one regular expression for the usual path.
 */
export function canonicalizeTarget(rawTarget: string, host: string | undefined): CanonicalTarget {
  if (rawTarget.length > maxTargetLength) return { kind: 'tooLong' };
  let target = rawTarget;
  if (target.charCodeAt(0) !== 47 /* / */) {
    const absolute = /^https?:\/\/([^/?#]*)(.*)$/i.exec(target);
    if (!absolute) return bad('the target must start with a slash');
    if (absolute[1]?.toLowerCase() !== host?.toLowerCase()) return bad('the target names another host');
    const rest = absolute[2] ?? '';
    target = rest.startsWith('/') ? rest : `/${rest}`;
  }
  const mark = target.indexOf('?');
  const rawPath = mark === -1 ? target : target.slice(0, mark);
  const query = mark === -1 ? '' : target.slice(mark);
  if (!plainQuery.test(query)) return bad('control, space, fragment or non-ASCII characters in the query');
  if (plainPath.test(rawPath)) return { kind: 'target', path: rawPath, query };
  return canonicalizePath(rawPath, query);
}

function canonicalizePath(rawPath: string, query: string): CanonicalTarget {
  if (!pathCharacters.test(rawPath)) return bad('a character that a path cannot have');
  let problem: string | undefined;
  const path = rawPath.replace(/%(.{0,2})/gs, (whole, digits: string) => {
    if (!/^[0-9a-f]{2}$/i.test(digits)) {
      problem ??= 'a percent sign without two hex digits';
      return whole;
    }
    const code = Number.parseInt(digits, 16);
    if (code < 0x20 || code === 0x7f) problem ??= 'an encoded control character';
    if (code === 0x2f || code === 0x5c || code === 0x2e) problem ??= 'an encoded slash, backslash or dot';
    const character = String.fromCharCode(code);
    return /[A-Za-z0-9_~-]/.test(character) ? character : `%${digits.toUpperCase()}`;
  });
  if (problem) return bad(problem);
  const segments = path.split('/');
  for (let index = 1; index < segments.length; index += 1) {
    const segment = segments[index] ?? '';
    if (segment === '' && index < segments.length - 1) return bad('an empty segment');
    if (dotSegment.test(segment)) return bad('a dot segment');
  }
  if (!isUtf8(path)) return bad('escapes that are not UTF-8');
  return { kind: 'target', path, query };
}

function isUtf8(path: string): boolean {
  try {
    decodeURIComponent(path);
    return true;
  } catch {
    return false;
  }
}

function bad(problem: string): CanonicalTarget {
  return { kind: 'bad', problem };
}
