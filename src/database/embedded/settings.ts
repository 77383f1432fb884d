/** Settings that a caller may change. */
const DEFAULTS: Readonly<Record<string, string>> = {
  cluster_name: 'holdfast',
  max_connections: '100',
  fsync: 'on',
  synchronous_commit: 'on',
  log_checkpoints: 'off',
};

/** Settings that keep the server private to this machine, and its log free of users' text and readable for us. */
const FIXED: Readonly<Record<string, string>> = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  // Statements, parameters and rows hold users' text. Errors are not logged at all, for their messages quote it
  // ("invalid input syntax …"); the client that caused one gets it. Terse leaves out the failed statement after a crash.
  log_min_messages: 'log',
  log_error_verbosity: 'terse',
  log_min_error_statement: 'panic',
  log_statement: 'none',
  log_min_duration_statement: '-1',
  log_parameter_max_length: '0',
  log_parameter_max_length_on_error: '0',
  // Readiness is a line of the log.
  log_destination: 'stderr',
  logging_collector: 'off',
  log_line_prefix: '',
  lc_messages: 'C',
};

/** The server's command line: it wins over the configuration files in the data folder. */
export function serverArguments(data: string, port: number, tuning: Readonly<Record<string, string>>): string[] {
  const settings = { ...DEFAULTS, ...tuning, ...FIXED, port: String(port) };
  return ['-D', data, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])];
}
