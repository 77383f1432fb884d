import type { FieldFault } from '../reliability/errors/app-error.js';
import { fieldsOf, type FieldRules, type Rule } from './dto-fields.js';
import { childPointer, MAX_FAULTS } from './json-pointer.js';
import type { DtoClass } from './validators.js';

/** Where values come from: JSON has types of its own, a URL has only text. */
export type DtoSource = 'json' | 'text';

type Faults = FieldFault[];

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

  /** @returns the instance; what is wrong with it is added to `faults`. */
  read(value: unknown, source: DtoSource, pointer: string, faults: Faults): object | undefined {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      faults.push({ pointer, detail: 'must be an object' });
      return undefined;
    }
    // In a URL, other parts of the system may have parameters of their own.
    if (source === 'json') this.refuseUnknown(value, pointer, faults);
    const instance = new this.dto();
    const given = this.fields.map(({ name, fromText }) => {
      if (!Object.hasOwn(value, name)) return undefined;
      const member: unknown = Reflect.get(value, name);
      return source === 'text' ? readText(member, fromText) : member;
    });
    this.fields.forEach(({ name }, at) => given[at] !== undefined && Reflect.set(instance, name, given[at]));
    this.fields.forEach((field, at) => {
      if (faults.length >= MAX_FAULTS) return;
      // Judged as it was given: what a setter makes of it may be better than it was.
      this.check(field, given[at], instance, source, childPointer(pointer, field.name), faults);
    });
    return instance;
  }

  private refuseUnknown(value: object, pointer: string, faults: Faults): void {
    for (const name of Object.keys(value)) {
      if (this.known.has(name)) continue;
      if (faults.length >= MAX_FAULTS) return;
      faults.push({ pointer: childPointer(pointer, name), detail: 'is not a known field' });
    }
  }

  private check(field: FieldRules, value: unknown, instance: object, at: Place): void {
    if (value === undefined && field.optional) return;
    if (!field.conditions.every((applies) => applies(instance, value))) return;
    if (value === undefined) {
      faults.push({ pointer, detail: 'is required' });
      return;
    }
    for (const rule of field.rules) if (!checkRule(rule, value, instance, pointer, faults)) return;
    if (field.nested) Reflect.set(instance, field.name, readNested(field.nested, value, source, pointer, faults));
  }
}

/** One fault per field: those after the first tend to follow from it. */
function checkRule(rule: Rule, value: unknown, instance: object, pointer: string, faults: Faults): boolean {
  if (!rule.each) {
    if (rule.holds(value, instance)) return true;
    faults.push({ pointer, detail: rule.detail(instance) });
    return false;
  }
  if (!Array.isArray(value)) {
    faults.push({ pointer, detail: 'must be a list' });
    return false;
  }
  const at = value.findIndex((element: unknown) => !rule.holds(element, instance));
  if (at === -1) return true;
  faults.push({ pointer: childPointer(pointer, at), detail: rule.detail(instance) });
  return false;
}

function readNested(
  { type, list }: { type: DtoClass; list: boolean },
  value: unknown,
  source: DtoSource,
  pointer: string,
  faults: Faults,
): unknown {
  const plan = DtoPlan.of(type);
  if (!list) return plan.read(value, source, pointer, faults);
  if (!Array.isArray(value)) {
    faults.push({ pointer, detail: 'must be a list' });
    return value;
  }
  return value.map((element: unknown, at) =>
    faults.length < MAX_FAULTS ? plan.read(element, source, childPointer(pointer, at), faults) : element,
  );
}

/** What is no number stays text, so that the field's own rule refuses it. */
function readText(value: unknown, as: FieldRules['fromText']): unknown {
  if (typeof value !== 'string') return value;
  if (as === 'number' && /^-?\d{1,15}(?:\.\d{1,15})?$/.test(value)) return Number(value);
  if (as === 'boolean' && (value === 'true' || value === 'false')) return value === 'true';
  return value;
}
