export { follow, watch, type Following, type FollowOptions, type Reconnect, type Supply } from './follow.js';
export { HoldfastError, type ClientFault } from './holdfast-error.js';
export type { ResumeState } from './log-position.js';
export type {
  Closing,
  Delta,
  EventData,
  GapDetected,
  LoggedEvent,
  PlannedAction,
  RankedSeat,
  Snapshot,
  StreamItem,
  UnknownEvent,
} from './events.js';
