import type { Language } from '../../../llm/language/language.js';
import type { LocalisedTemplate, TemplateStep } from '../../../llm/offline/envelope.js';
import type { Step, Template } from './template.js';

/** The template in one language, as a request carries it. Its texts are still patterns: the provider fills the slots. */
export function localise(template: Template, language: Language): LocalisedTemplate {
  return {
    id: template.id,
    language,
    title: template.title[language],
    steps: template.steps.map((step) => localiseStep(step, language)),
  };
}

function localiseStep(step: Step, language: Language): TemplateStep {
  const substeps = step.substeps.map((each) => localiseStep(each, language));
  return {
    id: step.id,
    title: step.title[language],
    ...(step.detail === undefined ? {} : { detail: step.detail[language] }),
    estimate_minutes:
      step.estimate_minutes ?? substeps.reduce((sum, { estimate_minutes }) => sum + estimate_minutes, 0),
    depends_on: [...step.depends_on],
    substeps,
  };
}
