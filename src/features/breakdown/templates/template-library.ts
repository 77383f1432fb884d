import { readJsonFolder, refuseFaults, repeated } from '../../../config/json-folder.js';
import { deepFreeze } from '../../../llm/deep-freeze.js';
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
  private readonly localised = new Map<string, LocalisedTemplate>();

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
    const { items: templates, faults } = readJsonFolder(folder, templateSchema, 'templates');
    refuseFaults(folder, 'templates', [...faults, ...repeated(templates.map(({ id }) => `template id "${id}"`))]);
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
   * The template for a request: among the named ones, the one that the text is about, or else the first; without names, any that
   * the text is about. Unknown ids are skipped: the caller has refused them before.
   */
  choose(text: string, ids: readonly string[]): Match | undefined {
    const named = ids.flatMap((id) => this.byId.get(id) ?? []);
    const [first] = named;
    if (first === undefined) return this.retrieve(text);
    return this.retrieval.find(text, new Set(ids)) ?? { template: first, language: detectLanguage(text).language };
  }

  /** One of the library's templates in one language, made once. */
  localise(template: Template, language: Language): LocalisedTemplate {
    const key = `${language} ${template.id}`;
    let localised = this.localised.get(key);
    if (!localised) this.localised.set(key, (localised = deepFreeze(localise(template, language))));
    return localised;
  }
}
