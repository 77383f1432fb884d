// TypeScript types as JSON Schema (2020-12). Named types of ours become components.
import ts from 'typescript';
import { applyConstraints } from './constraints.mjs';
import { byText } from './order.mjs';

/** Turns types into schemas, and keeps the components that they need. */
export class SchemaBuilder {
  components = {};
  /** Responses that operations share, by name. */
  responses = {};
  /** Components that were taken apart where they were used. */
  inlined = new Set();
  #checker;
  #runtimeClass;

  /** @param runtimeClass gives the compiled class of a declaration, or undefined. */
  constructor(checker, runtimeClass) {
    this.#checker = checker;
    this.#runtimeClass = runtimeClass;
  }

  /** @param closed whether an object of this type may have no other members: true of what clients send. */
  schemaOf(type, closed = false) {
    if (type.isUnion()) return this.#union(type, closed);
    if (type.flags & ts.TypeFlags.Null) return { type: 'null' };
    if (type.isStringLiteral() || type.isNumberLiteral()) return { const: type.value };
    if (type.flags & ts.TypeFlags.BooleanLiteral) return { const: type.intrinsicName === 'true' };
    if (type.flags & ts.TypeFlags.StringLike) return { type: 'string' };
    if (type.flags & ts.TypeFlags.NumberLike) return { type: 'number' };
    if (type.flags & ts.TypeFlags.BooleanLike) return { type: 'boolean' };
    if (type.flags & (ts.TypeFlags.Any | ts.TypeFlags.Unknown)) return {};
    if (type.flags & ts.TypeFlags.NonPrimitive) return { type: 'object' };
    const element = this.#checker.isArrayLikeType(type) && this.#checker.getIndexTypeOfType(type, ts.IndexKind.Number);
    if (element) return { type: 'array', items: this.schemaOf(element, closed) };
    return this.#object(type, closed);
  }

  sharedResponse(name, make) {
    this.responses[name] ??= make();
    return { $ref: `#/components/responses/${name}` };
  }

  #union(type, closed) {
    const members = type.types.filter(({ flags }) => !(flags & ts.TypeFlags.Undefined));
    const values = members.filter(({ flags }) => !(flags & ts.TypeFlags.Null));
    const nullable = values.length < members.length;
    const literals = values.every((member) => member.isStringLiteral() || member.isNumberLiteral());
    const schema =
      literals && values.length > 1
        ? { type: typeof values[0].value, enum: values.map(({ value }) => value).sort(byText) }
        : values.length === 1
          ? this.schemaOf(values[0], closed)
          : values.every(({ flags }) => flags & ts.TypeFlags.BooleanLike)
            ? { type: 'boolean' }
            : { anyOf: values.map((member) => this.schemaOf(member, closed)) };
    return nullable ? orNull(schema) : schema;
  }

  #object(type, closed) {
    const name = this.#nameOf(type);
    if (!name) return this.#members(type, closed);
    if (!this.components[name]) {
      this.components[name] = {}; // stands in for itself while its members are read, which may refer to it
      this.components[name] = { ...this.#members(type, closed), ...describe(type.symbol, this.#checker) };
    }
    return { $ref: `#/components/schemas/${name}` };
  }

  #members(type, closed) {
    const properties = {};
    const required = [];
    for (const property of this.#checker.getPropertiesOfType(type)) {
      const declaration = property.valueDeclaration ?? property.declarations?.[0];
      if (!declaration || isHidden(declaration)) continue;
      const optional = (property.flags & ts.SymbolFlags.Optional) !== 0 || hasDefault(property);
      properties[property.name] = this.propertyOf(property, declaration, closed);
      if (!optional) required.push(property.name);
    }
    const index = this.#checker.getIndexTypeOfType(type, ts.IndexKind.String);
    const schema = { type: 'object' };
    if (Object.keys(properties).length > 0 || !index) schema.properties = properties;
    if (required.length > 0) schema.required = required.sort(byText);
    if (index) schema.additionalProperties = this.schemaOf(index, closed);
    else if (closed) schema.additionalProperties = false;
    const runtimeClass = this.#runtimeClass(type);
    if (runtimeClass) applyConstraints({ properties: {}, ...schema }, runtimeClass);
    return schema;
  }

  propertyOf(property, declaration, closed) {
    const schema = this.schemaOf(this.#checker.getTypeOfSymbolAtLocation(property, declaration), closed);
    // All times of the API are RFC 3339, and are named for it.
    const instant =
      property.name.endsWith('_at') && [schema.type].flat().includes('string') ? { format: 'date-time' } : {};
    return { ...schema, ...instant, ...describe(property, this.#checker), ...defaultOf(declaration) };
  }

  /** Types declared in our source by name; instances of a generic are named for their arguments. */
  #nameOf(type) {
    const symbol = type.aliasSymbol ?? type.symbol;
    const file = symbol?.declarations?.[0]?.getSourceFile().fileName ?? '';
    if (!symbol || symbol.name.startsWith('__') || !file.includes('/src/')) return undefined;
    const args = type.aliasTypeArguments ?? this.#checker.getTypeArguments?.(type) ?? [];
    const names = args.map((arg) => (arg.isTypeParameter() ? '' : ((arg.aliasSymbol ?? arg.symbol)?.name ?? '')));
    return names.map((name) => name.replace(/Dto$/, '')).join('') + symbol.name.replace(/Dto$/, '');
  }
}

function orNull(schema) {
  if (schema.const !== undefined) return { enum: [schema.const, null] };
  if (schema.enum) return { type: [schema.type, 'null'], enum: [...schema.enum, null] };
  if (typeof schema.type === 'string' && schema.type !== 'object') return { ...schema, type: [schema.type, 'null'] };
  return { anyOf: [schema, { type: 'null' }] };
}

/** Comment and tags of a declaration: `@example`, `@default`, `@format`, and `@integer` for whole numbers. */
export function describe(symbol, checker) {
  const description = ts
    .displayPartsToString(symbol.getDocumentationComment(checker))
    .replaceAll(/\s*\n\s*/g, ' ')
    .trim();
  const tags = Object.fromEntries(
    symbol.getJsDocTags(checker).map(({ name, text }) => [name, ts.displayPartsToString(text)]),
  );
  return {
    ...(description && { description }),
    ...(tags.integer !== undefined && { type: 'integer' }),
    ...(tags.format && { format: tags.format }),
    ...(tags.default && { default: JSON.parse(tags.default) }),
    ...(tags.example && { examples: [asJson(tags.example)] }),
  };
}

function asJson(text) {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** What a property is when it is left out. Constants are followed only as far as literals. */
function defaultOf(declaration) {
  const value = declaration.initializer;
  if (!value) return {};
  if (ts.isNumericLiteral(value)) return { default: Number(value.text) };
  if (ts.isStringLiteral(value)) return { default: value.text };
  if (value.kind === ts.SyntaxKind.TrueKeyword || value.kind === ts.SyntaxKind.FalseKeyword)
    return { default: value.kind === ts.SyntaxKind.TrueKeyword };
  if (ts.isArrayLiteralExpression(value) && value.elements.length === 0) return { default: [] };
  return {};
}

/** A property with a setter, or with a default, may be left out. */
function hasDefault(property) {
  return (
    property.declarations?.some(
      (declaration) => ts.isSetAccessor(declaration) || declaration.initializer !== undefined,
    ) ?? false
  );
}

function isHidden(declaration) {
  const hidden = ts.ModifierFlags.Private | ts.ModifierFlags.Protected | ts.ModifierFlags.Static;
  return (
    (ts.getCombinedModifierFlags(declaration) & hidden) !== 0 ||
    ts.isMethodDeclaration(declaration) ||
    ts.isPrivateIdentifier(declaration.name ?? declaration)
  );
}
