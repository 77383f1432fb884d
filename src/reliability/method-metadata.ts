import { SetMetadata } from '@nestjs/common';

/** What a decorator leaves on a method, for whoever makes its calls. */
export class MethodMetadata<T> {
  private readonly key: symbol;

  constructor(name: string) {
    this.key = Symbol(name);
  }

  attach(value: T): MethodDecorator {
    return SetMetadata(this.key, value);
  }

  of(method: object): T | undefined {
    const value: unknown = Reflect.getMetadata(this.key, method);
    // Nobody else has the key.
    return value as T | undefined;
  }
}
