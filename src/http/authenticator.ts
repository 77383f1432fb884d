import type { Principal, RequestContext, Scope } from '../reliability/context/request-context.js';

/** Injection token of the {@link Authenticator}. */
export const AUTHENTICATOR = Symbol('Authenticator');

/** Says who is calling. Asked before the body is read, on every route that is not public. */
export interface Authenticator {
  /**
   * An answer that needs no waiting should not be a promise.
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
   * Who a ticket stands for. Asked in place of the header, on routes that take tickets.
   * @throws AppError unauthorized
   */
  authenticateTicket(ticket: string): Promise<Principal>;

  /**
   * Whether callers who were let in would be let in now, in their order: for answers that go on for longer than a request.
   * @throws AppError when that cannot be told now.
   */
  stillValid(principals: readonly Principal[]): Promise<readonly boolean[]>;
}
