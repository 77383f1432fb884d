import type { Principal } from '../../reliability/context/request-context.js';
import { AppError } from '../../reliability/errors/app-error.js';

/**
 * The install that a call speaks for: the named one, or that of the client token, which speaks for its own and no other.
 * @throws AppError install_id_mismatch
 */
export function ownInstall(principal: Principal, installId: string | undefined): string | undefined {
  if (principal.installId === undefined || installId === undefined) return installId ?? principal.installId;
  if (installId !== principal.installId) throw new AppError('install_id_mismatch');
  return installId;
}
