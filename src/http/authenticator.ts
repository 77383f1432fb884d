import type { Principal, RequestContext, Scope } from '../reliability/context/request-context.js';

/** Injection token of the {@link Authenticator}. */
export const AUTHENTICATOR = Symbol('Authenticator');

/** Identifies the caller. Asked before the body is read, on every route that is not public. */
export interface Authenticator {
  /**
   * Should return no promise when it need not wait.
   * @param authorization the header as it was sent.
   * @param access the scope that the route needs.
   * @throws AppError unauthorized, forbidden
   */
  authenticate(
    authorization: string | undefined,
    access: Scope,
    context: RequestContext,
  ): Principal | Promise<Principal>;

  /**
   * The principal of a ticket. Asked in place of the header, on routes that take tickets.
   * @throws AppError unauthorized
   */
  authenticateTicket(ticket: string): Promise<Principal>;

  /**
   * Whether callers that were admitted would still be admitted, in the order given: for answers that outlast a request.
   * @throws AppError when it cannot tell now.
   */
  stillValid(principals: readonly Principal[]): Promise<readonly boolean[]>;
}
