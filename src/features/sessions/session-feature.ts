/** The feature that a session counts for in quotas. */
export const SESSION_FEATURE = 'session';
