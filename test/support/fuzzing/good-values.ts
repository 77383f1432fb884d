import type { OpenApiDocument, Schema } from '../../../src/http/pages/openapi-file.js';
import type { SeededRandom } from '../seeded-random.js';

/** Makes values that the schemas of the API document allow. */
export class GoodValues {
  constructor(
    private readonly document: OpenApiDocument,
    private readonly random: SeededRandom,
  ) {}

  /** A value that the schema allows. */
  make(schema: Schema): unknown {
    const { random } = this;
    const { $ref, allOf, anyOf } = schema;
    if ($ref !== undefined) return this.make(this.document.components.schemas[$ref.split('/').at(-1) ?? ''] ?? {});
    if (allOf?.[0]) return this.make(allOf[0]);
    if (anyOf) return this.make(random.pick(anyOf));
    if (schema.const !== undefined) return schema.const;
    if (schema.enum) return random.pick(schema.enum);
    switch ([schema.type].flat()[0] ?? 'string') {
      case 'object':
        return this.goodObject(schema);
      case 'array':
        return random.times(random.int(schema.minItems ?? 0, Math.min(schema.maxItems ?? 3, 3)), () =>
          this.make(schema.items ?? {}),
        );
      case 'integer':
      case 'number':
        return random.int(schema.minimum ?? 0, Math.min(schema.maximum ?? 1_000, 100_000));
      case 'boolean':
        return random.chance(0.5);
      default:
        return this.goodText(schema);
    }
  }

  private goodObject({ properties = {}, required = [] }: Schema): Record<string, unknown> {
    const given = Object.entries(properties).filter(([name]) => required.includes(name) || this.random.chance(0.6));
    return Object.fromEntries(given.map(([name, schema]) => [name, this.make(schema)]));
  }

  private goodText({ format, pattern, minLength = 0 }: Schema): string {
    if (format === 'date-time') return new Date(Date.UTC(2026, 10, 15) + this.random.int(-4e10, 4e10)).toISOString();
    if (format === 'email') return `a${this.random.int(0, 1e9)}@example.org`;
    if (pattern !== undefined) return '2026-05';
    return `plan a small party ${this.random.int(0, 9)}`.padEnd(minLength, 'x');
  }
}
