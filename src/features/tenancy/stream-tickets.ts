import { createHmac, timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { newUuid, uuidFromHex } from '../../database/id.js';
import type { Principal } from '../../reliability/context/request-context.js';

/** How soon a ticket must be used for the first time, milliseconds. */
export const FIRST_USE_MS = 60_000;

const PREFIX = 'hst_';
const UUID_BYTES = 16;
const MAC_BYTES = 32;
const LONGEST_TICKET = 1_024;

/** Keeps these signatures apart from others made with the installation's secret. */
const PURPOSE = 'holdfast stream ticket';

/** What a ticket says. */
export interface StreamTicket {
  /** UUID. */
  readonly id: string;
  readonly tenantId: string;
  /** The API key that it was made with, and dies with. */
  readonly keyId: string;
  readonly sessionId: string;
  readonly installId: string | undefined;
  /** Until when the first use may be: Unix time, milliseconds. */
  readonly firstUseBeforeMs: number;
}

/**
 * Tickets for streams, in place of the header that `EventSource` cannot send. Signed, so that any replica can judge them and
 * junk costs no I/O; the database keeps which ones were used in time.
 */
@Injectable()
export class StreamTickets {
  private key: Buffer | undefined;

  useSecret(secret: Uint8Array): void {
    this.key = createHmac('sha256', secret).update(PURPOSE).digest();
  }

  /** A ticket for one session's stream, and until when it must be used for the first time (Unix time, milliseconds). */
  issue(
    { tenantId, keyId, installId }: Principal,
    sessionId: string,
    nowMs: number,
  ): { ticket: string; firstUseBeforeMs: number } {
    const firstUseBeforeMs = Math.floor(nowMs) + FIRST_USE_MS;
    const time = Buffer.alloc(6);
    time.writeUIntBE(firstUseBeforeMs, 0, 6);
    const ids = [newUuid(nowMs), tenantId, keyId, sessionId].map(bytesOf);
    const body = Buffer.concat([...ids, time, Buffer.from(installId ?? '')]);
    return { ticket: PREFIX + Buffer.concat([this.sign(body), body]).toString('base64url'), firstUseBeforeMs };
  }

  /** What a ticket that we signed says, whatever its age; undefined for any other text. */
  read(text: string): StreamTicket | undefined {
    if (!text.startsWith(PREFIX) || text.length > LONGEST_TICKET) return undefined;
    const encoded = text.slice(PREFIX.length);
    const bytes = Buffer.from(encoded, 'base64url');
    // The decoder skips characters that it does not know: one ticket would have many spellings.
    if (bytes.toString('base64url') !== encoded) return undefined;
    const body = bytes.subarray(MAC_BYTES);
    if (body.length < 4 * UUID_BYTES + 6 || !timingSafeEqual(bytes.subarray(0, MAC_BYTES), this.sign(body)))
      return undefined;
    const [id = '', tenantId = '', keyId = '', sessionId = ''] = [0, 1, 2, 3].map((at) =>
      uuidFromHex(body.toString('hex', at * UUID_BYTES, (at + 1) * UUID_BYTES)),
    );
    const installId = body.subarray(4 * UUID_BYTES + 6).toString('utf8');
    return {
      id,
      tenantId,
      keyId,
      sessionId,
      installId: installId === '' ? undefined : installId,
      firstUseBeforeMs: body.readUIntBE(4 * UUID_BYTES, 6),
    };
  }

  private sign(body: Buffer): Buffer {
    if (!this.key) throw new Error('the secret of tickets is not loaded yet');
    return createHmac('sha256', this.key).update(body).digest();
  }
}

function bytesOf(uuid: string): Buffer {
  return Buffer.from(uuid.replaceAll('-', ''), 'hex');
}
