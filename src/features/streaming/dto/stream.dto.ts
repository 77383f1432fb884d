import { IsOptional, IsString } from 'class-validator';
import { CodePoints } from '../../../http/validators.js';

export class StreamQuery {
  /** Where to go on: the id of the last event that you have, or its sequence. `Last-Event-ID` counts before it. */
  @IsOptional() // No more than that: given twice, it is a malformed cursor, and no other fault.
  after?: string;

  /** In place of the header: for `EventSource`, which can send none. */
  @IsOptional()
  @IsString()
  ticket?: string;
}

export class CreateStreamTicketDto {
  /** Whose stream it is to be good for. */
  @CodePoints({ min: 1, max: 64 })
  session_id: string;
}

export class StreamTicketDto {
  /** Goes into the URL of the stream as `?ticket=`. */
  ticket: string;
  /** Until then it must have been used once; from then on it is good until the session ends or its key dies. */
  expires_at: string;
}
