import { Inject, Injectable } from '@nestjs/common';
import { CLOCK, type Clock } from '../ports.js';
import { compileBulkheadOptions, type BulkheadOptions } from './bulkhead-options.js';
import { Bulkhead, type BulkheadSnapshot } from './bulkhead.js';
import { sameOptions } from '../options.js';

/** The bulkheads of the process, by name. Names come from code and configuration, never from requests. */
@Injectable()
export class BulkheadRegistry {
  private readonly bulkheads = new Map<string, Bulkhead>();

  constructor(@Inject(CLOCK) private readonly clock: Clock) {}

  /** The bulkhead of this name, made on first use. @throws OptionFault when it exists with other options. */
  get(name: string, options: BulkheadOptions): Bulkhead {
    const known = this.bulkheads.get(name);
    if (known) {
      sameOptions(`bulkhead ${name}`, known.options, compileBulkheadOptions(options));
      return known;
    }
    const made = new Bulkhead(name, options, this.clock);
    this.bulkheads.set(name, made);
    return made;
  }

  snapshot(): readonly BulkheadSnapshot[] {
    return [...this.bulkheads.values()].map((bulkhead) => bulkhead.snapshot());
  }
}
