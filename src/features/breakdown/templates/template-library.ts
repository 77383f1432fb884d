import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { EXIT, StartupFault } from '../../../config/startup-fault.js';
import { detectLanguage } from '../../../llm/language/detect-language.js';
import type { Language } from '../../../llm/language/language.js';
import type { LocalisedTemplate } from '../../../llm/offline/envelope.js';
import { localise } from './localise.js';
import type { Match } from './retrieval.js';
import { Retrieval } from './retrieval.js';
import type { Template } from './template.js';
import { templateSchema } from './template.js';

/** The templates of this installation. Immutable: an edited file counts from the next start on. */
export class TemplateLibrary {
  private readonly templates: readonly Template[];
  private readonly byId: ReadonlyMap<string, Template>;
  private readonly retrieval: Retrieval;

  constructor(templates: readonly Template[]) {
    this.templates = Object.freeze(templates.map(deepFreeze));
    this.byId = new Map(this.templates.map((template) => [template.id, template]));
    this.retrieval = new Retrieval(this.templates);
  }

  /**
   * Reads every `*.json` of a folder.
   * @throws StartupFault (exit 78) that names each file and fault when any of them cannot be used.
   */
  static load(folder: string): TemplateLibrary {
    const read = filesOf(folder).map((file) => ({ file, ...readTemplate(join(folder, file)) }));
    const faults = read.flatMap(({ file, fault }) => (fault === undefined ? [] : [`${file}: ${fault}`]));
    const templates = read.flatMap(({ template }) => template ?? []);
    const ids = templates.map(({ id }) => id);
    faults.push(
      ...ids.filter((id, index) => ids.indexOf(id) !== index).map((id) => `template id "${id}" is used twice`),
    );
    if (faults.length > 0)
      throw new StartupFault(`Templates in ${folder} cannot be used:\n  ${faults.join('\n  ')}`, EXIT.config);
    return new TemplateLibrary(templates);
  }

  /** All templates, in the order of their file names. */
  list(): readonly Template[] {
    return this.templates;
  }

  get(id: string): Template | undefined {
    return this.byId.get(id);
  }

  /** The template that a text is about; undefined when none is, which is the usual case. */
  retrieve(text: string): Match | undefined {
    return this.retrieval.find(text);
  }

  /**
   * The template for a request: among the named ones, that which the text is about, or else the first; without names, whatever the
   * text is about. Ids that do not exist are passed over: the caller refuses them before.
   */
  choose(text: string, ids: readonly string[]): Match | undefined {
    const named = ids.flatMap((id) => this.byId.get(id) ?? []);
    const [first] = named;
    if (first === undefined) return this.retrieve(text);
    return this.retrieval.find(text, new Set(ids)) ?? { template: first, language: detectLanguage(text).language };
  }

  localise(template: Template, language: Language): LocalisedTemplate {
    return localise(template, language);
  }
}

function filesOf(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
      .filter((file) => file.endsWith('.json'))
      .toSorted();
  } catch (cause) {
    throw new StartupFault(`The folder of templates ${folder} cannot be read.`, EXIT.config, { cause });
  }
}

function readTemplate(path: string): { readonly template?: Template; readonly fault?: string } {
  try {
    const parsed = templateSchema.safeParse(JSON.parse(readFileSync(path, 'utf8')));
    return parsed.success ? { template: parsed.data } : { fault: z.prettifyError(parsed.error) };
  } catch (error) {
    return { fault: error instanceof Error ? error.message : String(error) };
  }
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) for (const part of Object.values(value)) deepFreeze(part);
  return Object.freeze(value);
}
