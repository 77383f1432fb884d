import { getMetadataStorage, type ValidationArguments } from 'class-validator';
import { StartupFault } from '../config/startup-fault.js';
import { childPointer } from './json-pointer.js';
import { nestedTypeOf, type DtoClass } from './validators.js';

/** One rule of one field. */
export interface Rule {
  each: boolean;
  holds(value: unknown, object: object): boolean;
  /** Names the rule, never the value. */
  detail(object: object): string;
}

/** What is known of a field before any request. */
export interface FieldRules {
  name: string;
  /** The part that the field adds to its object's JSON Pointer. */
  pointer: string;
  /** The field may be left out. `null` is a value, not an absence. */
  optional: boolean;
  /** The rules apply only if all of these return true. */
  conditions: readonly ((object: object, value: unknown) => boolean)[];
  rules: readonly Rule[];
  nested: { type: DtoClass; list: boolean } | undefined;
  /** The type that a text from a URL is read as. */
  fromText: 'number' | 'boolean' | 'text';
}

type Metadata = ReturnType<ReturnType<typeof getMetadataStorage>['getTargetValidationMetadatas']>[number];

/** The rules of a class, field by field, in the order of the source. */
export function fieldsOf(dto: DtoClass): FieldRules[] {
  const byName = new Map<string, Metadata[]>();
  for (const metadata of getMetadataStorage().getTargetValidationMetadatas(dto, '', false, false)) {
    const ofField = byName.get(metadata.propertyName);
    if (ofField) ofField.push(metadata);
    else byName.set(metadata.propertyName, [metadata]);
  }
  return [...byName].map(([name, metadatas]) => fieldOf(dto, name, metadatas));
}

function fieldOf(dto: DtoClass, name: string, metadatas: readonly Metadata[]): FieldRules {
  const conditional = metadatas.filter(({ type }) => type === 'conditionalValidation');
  return {
    name,
    pointer: childPointer('', name),
    optional: conditional.some((metadata) => metadata.name === 'isOptional'),
    conditions: conditional.filter((metadata) => metadata.name !== 'isOptional').map(conditionOf),
    // Decorators run from the last to the first. In reverse, the first rule that fails is the one written first.
    rules: metadatas
      .filter(({ type }) => type === 'customValidation')
      .flatMap((metadata) => rulesOf(dto, metadata))
      .reverse(),
    nested: nestedOf(dto, name, metadatas),
    fromText: textReadingOf(dto, name),
  };
}

function conditionOf(metadata: Metadata): (object: object, value: unknown) => boolean {
  const [condition] = metadata.constraints as [(object: object, value: unknown) => unknown];
  return (object, value) => Boolean(condition(object, value));
}

function rulesOf(dto: DtoClass, metadata: Metadata): Rule[] {
  return getMetadataStorage()
    .getTargetValidatorConstraints(metadata.constraintCls)
    .map(({ async, instance }) => {
      if (async) throw new StartupFault(`${dto.name}.${metadata.propertyName}: asynchronous rules are not supported`);
      const argumentsFor = (value: unknown, object: object): ValidationArguments => ({
        value,
        object,
        targetName: dto.name,
        property: metadata.propertyName,
        constraints: metadata.constraints,
      });
      return {
        each: metadata.each,
        holds: (value, object) => Boolean(instance.validate(value, argumentsFor(value, object))),
        detail: (object) =>
          detailOf(metadata, instance.defaultMessage?.bind(instance), argumentsFor(undefined, object)),
      };
    });
}

type Message = (args: ValidationArguments) => string;

function detailOf(metadata: Metadata, byDefault: Message | undefined, args: ValidationArguments): string {
  const message = metadata.message as string | Message | undefined;
  const template = typeof message === 'function' ? message(args) : (message ?? byDefault?.(args));
  return (template ?? 'is not valid')
    .replaceAll(/\$constraint(\d+)/g, (_match, position: string) => String(args.constraints[Number(position) - 1]))
    .replaceAll('$property', args.property)
    .replaceAll(/\$(?:value|target)/g, '');
}

function nestedOf(dto: DtoClass, name: string, metadatas: readonly Metadata[]): FieldRules['nested'] {
  const nested = metadatas.find(({ type }) => type === 'nestedValidation');
  if (!nested) return undefined;
  const type = nestedTypeOf(dto, name);
  if (!type) throw new StartupFault(`${dto.name}.${name}: a field that is an object needs @Nested or @NestedList`);
  return { type, list: nested.each };
}

function textReadingOf(dto: DtoClass, name: string): FieldRules['fromText'] {
  const type: unknown = Reflect.getMetadata('design:type', dto.prototype as object, name);
  if (type === Number) return 'number';
  return type === Boolean ? 'boolean' : 'text';
}
