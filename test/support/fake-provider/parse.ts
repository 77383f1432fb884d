/** A request as it came over the wire, whole. */
export interface RawRequest {
  readonly method: string;
  readonly path: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

const HEAD_END = '\r\n\r\n';

/** Takes the bytes of one connection and gives back whole requests, bodies with a Content-Length or in chunks. */
export class RequestParser {
  private pieces: Buffer[] = [];
  private have = 0;
  /** Below this many bytes it is not worth looking again: a long body is not searched once per piece. */
  private needed = 0;

  push(bytes: Buffer): void {
    this.pieces.push(bytes);
    this.have += bytes.length;
  }

  /** @throws when the bytes are no HTTP request. */
  next(): RawRequest | undefined {
    if (this.have === 0 || this.have < this.needed) return undefined;
    const [first] = this.pieces;
    const bytes = this.pieces.length === 1 && first ? first : Buffer.concat(this.pieces);
    this.pieces = [bytes];
    const headLength = bytes.indexOf(HEAD_END);
    if (headLength < 0) return undefined;
    const { method, path, headers } = parseHead(bytes.toString('latin1', 0, headLength));
    const start = headLength + HEAD_END.length;
    const body =
      headers['transfer-encoding'] === 'chunked' ? unchunked(bytes, start) : this.counted(bytes, start, headers);
    if (!body) return undefined;
    const rest = bytes.subarray(body.end);
    this.pieces = [rest];
    this.have = rest.length;
    this.needed = 0;
    return { method, path, headers, body: body.bytes };
  }

  private counted(bytes: Buffer, start: number, headers: Readonly<Record<string, string>>): Body | undefined {
    const end = start + Number(headers['content-length'] ?? 0);
    if (Number.isNaN(end)) throw new Error(`Content-Length: ${headers['content-length']}`);
    this.needed = end;
    return bytes.length < end ? undefined : { bytes: bytes.subarray(start, end), end };
  }
}

interface Body {
  readonly bytes: Buffer;
  /** Where in the connection's bytes it ends. */
  readonly end: number;
}

function parseHead(head: string): { method: string; path: string; headers: Record<string, string> } {
  const [line = '', ...lines] = head.split('\r\n');
  const [method = '', path = '', version = ''] = line.split(' ');
  if (!version.startsWith('HTTP/1.')) throw new Error(`no HTTP request: ${line}`);
  const headers: Record<string, string> = {};
  for (const text of lines) {
    const colon = text.indexOf(':');
    headers[text.slice(0, colon).toLowerCase()] = text.slice(colon + 1).trim();
  }
  return { method, path, headers };
}

function unchunked(bytes: Buffer, start: number): Body | undefined {
  const pieces: Buffer[] = [];
  for (let at = start; ;) {
    const lineEnd = bytes.indexOf('\r\n', at);
    if (lineEnd < 0) return undefined;
    const size = Number.parseInt(bytes.toString('latin1', at, lineEnd), 16);
    if (Number.isNaN(size)) throw new Error('no chunk size');
    const from = lineEnd + 2;
    const end = from + size + 2;
    if (bytes.length < end) return undefined;
    if (size === 0) return { bytes: Buffer.concat(pieces), end };
    pieces.push(bytes.subarray(from, from + size));
    at = end;
  }
}
