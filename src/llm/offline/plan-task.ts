import { detectLanguage } from '../language/detect-language.js';
import { conditionSentences, withConditionsInDetails, withConditionsStep, withStatedFacts } from './conditions.js';
import type { Envelope } from './envelope.js';
import { FRAMES } from './frames/frames.js';
import { fitToGranularity } from './granularity.js';
import type { OutlineStep } from './outline.js';
import type { Slot } from './pattern.js';
import type { PlannedStep } from './planned-step.js';
import { filled, numbered } from './planned-step.js';
import type { TaskReading } from './reading/task-reading.js';
import { readTask } from './reading/task-reading.js';
import { outlineOfFrame, outlineOfTasks, outlineOfTemplate } from './sources.js';
import { WORDING } from './wording.js';

/** From this granularity on, hints get a step of their own; flatter plans carry them in details. */
const NESTED_FROM = 3;

/** Plans a task from what its text says, a template if there is one, and the hints. A pure function. */
export function planTask({ task, granularity, hints, template }: Envelope): readonly PlannedStep[] {
  const detected = template === null ? detectLanguage(task) : { language: template.language, certain: true };
  const reading = readTask(task, detected);
  const { language, asStated } = reading;
  const outline = template === null ? outlineOfReading(reading) : outlineOfTemplate(template);
  const fitted = fitToGranularity(outline, granularity, WORDING[language].padding);
  const shown = new Set<Slot>();
  const stated = withStatedFacts(filled(fitted, asStated, shown), asStated, shown, language);
  const sentences = conditionSentences(hints, language);
  const place = granularity >= NESTED_FROM ? withConditionsStep : withConditionsInDetails;
  return numbered(place(stated, sentences, language));
}

function outlineOfReading({ listing, language, kind, family }: TaskReading): readonly OutlineStep[] {
  if (listing?.sort === 'tasks') return outlineOfTasks(listing, language);
  return outlineOfFrame(FRAMES[family ?? kind ?? 'unclear'], language, listing?.items ?? []);
}
