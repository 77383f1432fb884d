import { join } from 'node:path';
import { readJsonFolder, refuseFaults, repeated } from '../../../config/json-folder.js';
import { PACKAGE_ROOT } from '../../../config/package.js';
import { personaSchema, type Persona } from './persona.js';
import type { Seat } from './spec.js';

/** The contract's largest council: with so many personas no two seats need to think alike. */
const MOST_SEATS = 9;

export const PERSONA_FOLDER = join(PACKAGE_ROOT, 'config', 'personas');

/** The personas of this installation. An edited file counts from the next start on. */
export class PersonaLibrary {
  private readonly personas: readonly Persona[];

  constructor(personas: readonly Persona[]) {
    this.personas = personas.toSorted((one, other) => one.turn - other.turn);
  }

  /**
   * Reads every `*.json` of a folder.
   * @throws StartupFault (exit 78) that names each file and fault when any of them cannot be used.
   */
  static load(folder = PERSONA_FOLDER): PersonaLibrary {
    const { items: personas, faults } = readJsonFolder(folder, personaSchema, 'personas');
    const found = personas.length + faults.length;
    refuseFaults(folder, 'personas', [
      ...faults,
      ...repeated(personas.map(({ id }) => `id "${id}"`)),
      ...repeated(personas.map(({ turn }) => `turn ${turn}`)),
      ...(found < MOST_SEATS ? [`a council has up to ${MOST_SEATS} seats, and there are ${found} personas`] : []),
    ]);
    return new PersonaLibrary(personas);
  }

  /** In the order in which they are seated. */
  list(): readonly Persona[] {
    return this.personas;
  }

  get(id: string): Persona | undefined {
    return this.personas.find((persona) => persona.id === id);
  }

  /** So many seats, each with a persona of its own, and with the models taking turns. */
  seats(count: number, models: readonly string[]): readonly Seat[] {
    return this.personas.slice(0, count).map(({ id }, index) => ({
      seat: `seat-${index + 1}`,
      persona: id,
      model: models[index % models.length] ?? '',
    }));
  }
}
