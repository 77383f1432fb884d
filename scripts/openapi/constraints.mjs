// What class-validator's rules say about a field, in JSON Schema. The rules themselves are asked, so that constants,
// inheritance and our own decorators need no second reading.
import { getMetadataStorage } from 'class-validator';

/** Rules by name. Each returns what it adds to the schema of the value that it judges. */
const KEYWORDS = {
  isInt: () => ({ type: 'integer' }),
  min: ([minimum]) => ({ minimum }),
  max: ([maximum]) => ({ maximum }),
  isPositive: () => ({ exclusiveMinimum: 0 }),
  codePoints: ([min, max]) => ({ ...(min > 0 && { minLength: min }), ...(max < Infinity && { maxLength: max }) }),
  // A character is one byte or more.
  utf8Bytes: ([maxLength]) => ({ maxLength }),
  minLength: ([minLength]) => ({ minLength }),
  maxLength: ([maxLength]) => ({ maxLength }),
  isLength: ([minLength, maxLength]) => ({ minLength, ...(maxLength !== undefined && { maxLength }) }),
  isNotEmpty: () => ({ minLength: 1 }),
  isInstant: () => ({ format: 'date-time' }),
  isEmail: () => ({ format: 'email' }),
  isUrl: () => ({ format: 'uri' }),
  isUuid: () => ({ format: 'uuid' }),
  matches: ([pattern]) => ({ pattern: pattern.source }),
  arrayMinSize: ([minItems]) => ({ minItems }),
  arrayMaxSize: ([maxItems]) => ({ maxItems }),
  arrayUnique: () => ({ uniqueItems: true }),
};

/** Rules that say what the type says already. */
const TOLD_BY_TYPE = new Set([
  'isString',
  'isNumber',
  'isBoolean',
  'isArray',
  'isObject',
  'isIn',
  'isDefined',
  'isEnum',
  'equals',
]);

/** Adds a class's rules to the schemas of its properties. Says so when a rule has no place in a schema yet. */
export function applyConstraints(schema, runtimeClass) {
  const metadatas = getMetadataStorage().getTargetValidationMetadatas(runtimeClass, '', false, false);
  for (const { propertyName, name, type, each, constraints } of metadatas) {
    if (type !== 'customValidation' || TOLD_BY_TYPE.has(name)) continue;
    const property = schema.properties[propertyName];
    if (!property) throw new Error(`${runtimeClass.name}.${propertyName} has rules but is no public property`);
    const keywords = KEYWORDS[name];
    if (!keywords)
      throw new Error(
        `${runtimeClass.name}.${propertyName}: scripts/openapi/constraints.mjs does not know the rule ${name}`,
      );
    assign(each ? valueOf(property).items : valueOf(property), keywords(constraints ?? []));
  }
}

/** The schema of the value itself, past `null`. */
function valueOf(property) {
  return property.anyOf?.find(({ type }) => type !== 'null') ?? property;
}

/** `integer` narrows `number`, also beside `null`. */
function assign(schema, { type, ...keywords }) {
  if (type === 'integer')
    schema.type = Array.isArray(schema.type) ? schema.type.map((one) => (one === 'number' ? type : one)) : type;
  Object.assign(schema, keywords);
}
