import { IsOptional, IsString } from 'class-validator';
import { CodePoints } from '../../../http/validators.js';

export class StreamQuery {
  /** Where to continue: the id of the last event that you have, or its sequence. `Last-Event-ID` takes precedence. */
  @IsOptional() // No other validator: given twice, it must be refused as a malformed cursor.
  after?: string;

  /** Takes the place of the `Authorization` header, which `EventSource` cannot send. */
  @IsOptional()
  @IsString()
  ticket?: string;
}

export class CreateStreamTicketDto {
  /** The session whose stream the ticket opens. */
  @CodePoints({ min: 1, max: 64 })
  session_id: string;
}

export class StreamTicketDto {
  /** Goes into the URL of the stream as `?ticket=`. */
  ticket: string;
  /** The ticket must be used once before this time. Then it is good until 15 minutes after the session's end, or its key's. */
  expires_at: string;
}
