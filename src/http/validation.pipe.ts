import { Injectable, type ArgumentMetadata, type PipeTransform } from '@nestjs/common';
import { AppError } from '../reliability/errors/app-error.js';
import { DtoPlan, Reading } from './dto-plan.js';
import { childPointer } from './json-pointer.js';
import type { DtoClass } from './validators.js';

/** Types without fields of their own: their values pass as they are. */
const PLAIN_TYPES = new Set<unknown>([String, Number, Boolean, Array, Object, undefined]);

/**
 * Turns bodies, queries and path parameters into instances of their classes, or refuses them with a pointer to each fault.
 * In bodies no value is converted to another type; in URLs, text is read as the type that the field declares.
 */
@Injectable()
export class ValidationPipe implements PipeTransform {
  /** @throws AppError validation_error, invalid_json when there is no body */
  transform(value: unknown, { type, metatype, data }: ArgumentMetadata): unknown {
    if (type === 'custom') return value;
    if (type === 'body' && value === undefined)
      throw new AppError('invalid_json', { detail: 'The route needs a JSON body, and the request has none.' });
    if (!isDtoClass(metatype)) return type === 'body' || metatype !== String ? value : checkText(value, data);
    const reading = new Reading(type === 'body' ? 'json' : 'text');
    const instance = DtoPlan.of(metatype).read(value, '', reading);
    if (reading.faults.length > 0) throw new AppError('validation_error', { errors: reading.faults });
    return instance;
  }
}

function isDtoClass(metatype: ArgumentMetadata['metatype']): metatype is DtoClass {
  return metatype !== undefined && !PLAIN_TYPES.has(metatype);
}

/** A parameter that is given twice arrives as a list. */
function checkText(value: unknown, name: string | undefined): unknown {
  if (value === undefined || typeof value === 'string') return value;
  const errors = [{ pointer: childPointer('', name ?? ''), detail: 'must be given once' }];
  throw new AppError('validation_error', { errors });
}
