/** What public ids begin with. */
export const PREFIX = { action: 'act', project: 'prj', session: 'ses' } as const;
