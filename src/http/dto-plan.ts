import type { FieldFault } from '../reliability/errors/app-error.js';
import { fieldsOf, type FieldRules, type Rule } from './dto-fields.js';
import { childPointer, MAX_FAULTS } from './json-pointer.js';
import type { DtoClass } from './validators.js';

/** Where values come from: JSON has types, a URL has only text. */
export type DtoSource = 'json' | 'text';

/** One reading of one value: where the value comes from, and its faults. */
export class Reading {
  readonly faults: FieldFault[] = [];

  constructor(readonly source: DtoSource) {}

  /** Whether it has as many faults as an answer may list. */
  get full(): boolean {
    return this.faults.length >= MAX_FAULTS;
  }

  refuse(pointer: string, detail: string): void {
    this.faults.push({ pointer, detail });
  }
}

/** The rules of a class, compiled once. Builds instances from plain values without changing any value's type. */
export class DtoPlan {
  private static readonly plans = new WeakMap<DtoClass, DtoPlan>();
  private readonly fields: readonly FieldRules[];
  private readonly known: ReadonlySet<string>;

  private constructor(private readonly dto: DtoClass) {
    this.fields = fieldsOf(dto);
    this.known = new Set(this.fields.map(({ name }) => name));
  }

  static of(dto: DtoClass): DtoPlan {
    let plan = this.plans.get(dto);
    if (!plan) this.plans.set(dto, (plan = new DtoPlan(dto)));
    return plan;
  }

  /** @returns the instance; it must not be used when the reading has faults. */
  read(value: unknown, pointer: string, reading: Reading): object | undefined {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      reading.refuse(pointer, 'must be an object');
      return undefined;
    }
    // A query may hold parameters that other parts of the system read.
    if (reading.source === 'json') this.refuseUnknown(value, pointer, reading);
    const instance = new this.dto();
    const given = this.fields.map(({ name, fromText }) => {
      if (!Object.hasOwn(value, name)) return undefined;
      const member: unknown = Reflect.get(value, name);
      return reading.source === 'text' ? readText(member, fromText) : member;
    });
    this.fields.forEach(({ name }, at) => given[at] !== undefined && Reflect.set(instance, name, given[at]));
    // Check the given value: a setter may have corrected it in the instance.
    this.fields.forEach((field, at) => check(field, given[at], instance, pointer, reading));
    return instance;
  }

  private refuseUnknown(value: object, pointer: string, reading: Reading): void {
    for (const name of Object.keys(value)) {
      if (reading.full) return;
      if (!this.known.has(name)) reading.refuse(childPointer(pointer, name), 'is not a known field');
    }
  }
}

/** Adds one fault per field at most: those after the first tend to follow from it. */
function check(field: FieldRules, value: unknown, instance: object, parent: string, reading: Reading): void {
  if (reading.full || (value === undefined && field.optional)) return;
  if (!field.conditions.every((applies) => applies(instance, value))) return;
  const pointer = parent + field.pointer;
  if (value === undefined) return reading.refuse(pointer, 'is required');
  // Each value by itself may be valid, so the field's own rules would give a misleading detail.
  if (reading.source === 'text' && Array.isArray(value) && field.rules.length > 0)
    return reading.refuse(pointer, 'must be given once');
  const keepsRules = field.rules.every((rule) =>
    rule.each
      ? checkElements(rule, value, instance, pointer, reading)
      : checkRule(rule, value, instance, pointer, reading),
  );
  if (keepsRules && field.nested) Reflect.set(instance, field.name, readNested(field.nested, value, pointer, reading));
}

function checkRule(rule: Rule, value: unknown, instance: object, pointer: string, reading: Reading): boolean {
  if (rule.holds(value, instance)) return true;
  reading.refuse(pointer, rule.detail(instance));
  return false;
}

function checkElements(rule: Rule, value: unknown, instance: object, pointer: string, reading: Reading): boolean {
  if (Array.isArray(value))
    return value.every((element: unknown, at) =>
      checkRule(rule, element, instance, childPointer(pointer, at), reading),
    );
  reading.refuse(pointer, 'must be a list');
  return false;
}

function readNested(
  { type, list }: { type: DtoClass; list: boolean },
  value: unknown,
  pointer: string,
  reading: Reading,
): unknown {
  const plan = DtoPlan.of(type);
  if (!list) return plan.read(value, pointer, reading);
  if (Array.isArray(value))
    return value.map((element: unknown, at) =>
      reading.full ? undefined : plan.read(element, childPointer(pointer, at), reading),
    );
  reading.refuse(pointer, 'must be a list');
  return undefined;
}

/** Text that does not fit the type stays text, so that the field's own rule refuses it. */
function readText(value: unknown, as: FieldRules['fromText']): unknown {
  if (typeof value !== 'string') return value;
  if (as === 'number' && /^-?\d+(?:\.\d{1,15})?$/.test(value)) return Number(value);
  if (as === 'boolean' && (value === 'true' || value === 'false')) return value === 'true';
  return value;
}
