/** One hop of a `Forwarded` header (RFC 7239), as far as the gateway cares. */
export type ForwardedHop = { address: string; proto: string | undefined; host: string | undefined };

const pairForm = /^\s*([A-Za-z]+)=(?:"((?:[^"\\]|\\.)*)"|([^\s";,]*))\s*$/;

/**
 * The hops of a `Forwarded` header, in its order. A hop that does not follow the form has an empty address, which ends
 * any walk through trusted ones.
 */
export function parseForwarded(text: string): ForwardedHop[] {
  return splitOutsideQuotes(text, ',').map((part) => {
    const hop: ForwardedHop = { address: '', proto: undefined, host: undefined };
    for (const pair of splitOutsideQuotes(part, ';')) {
      const match = pairForm.exec(pair);
      if (!match) return { address: '', proto: undefined, host: undefined };
      const value = match[2]?.replace(/\\(.)/g, '$1') ?? match[3] ?? '';
      const name = match[1]?.toLowerCase();
      if (name === 'for') hop.address = value;
      else if (name === 'proto') hop.proto = value.toLowerCase();
      else if (name === 'host') hop.host = value;
    }
    return hop;
  });
}

/** The way of a request for upstreams: the hops of `X-Forwarded-For`, and what the client asked for with the first. */
export function buildForwarded({
  forwardedFor,
  proto,
  host,
}: {
  forwardedFor: string;
  proto: string;
  host: string;
}): string {
  const asked = `;host="${host}";proto=${proto}`;
  if (!forwardedFor.includes(',')) return toNode(forwardedFor) + asked;
  return forwardedFor
    .split(', ')
    .map((address, index) => toNode(address) + (index === 0 ? asked : ''))
    .join(', ');
}

function toNode(address: string): string {
  return address.includes(':') ? `for="[${address}]"` : `for=${address}`;
}

function splitOutsideQuotes(text: string, separator: string): string[] {
  const parts: string[] = [];
  let start = 0;
  let isQuoted = false;
  for (let index = 0; index < text.length; index += 1) {
    const character = text[index];
    if (isQuoted && character === '\\') index += 1;
    else if (character === '"') isQuoted = !isQuoted;
    else if (character === separator && !isQuoted) {
      parts.push(text.slice(start, index));
      start = index + 1;
    }
  }
  parts.push(text.slice(start));
  return parts;
}
