import { SetMetadata } from '@nestjs/common';

/** Metadata that a decorator leaves on a method, for the code that makes its calls. */
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
    // Only `attach` sets this key.
    return value as T | undefined;
  }
}
