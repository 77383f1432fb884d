import type { Language } from '../language/language.js';
import type { LocalisedTemplate, TemplateStep } from './envelope.js';
import { excerpt, withStop } from './excerpt.js';
import type { Frame, FrameStep } from './frames/frame.js';
import type { Errand } from './frames/errands.js';
import { ERRANDS } from './frames/errands.js';
import type { OutlineStep } from './outline.js';
import { totalMinutes } from './outline.js';
import { familyOf } from './reading/family.js';
import { kindOf } from './reading/kind.js';
import type { Listing } from './reading/listing.js';
import { WORDING } from './wording.js';

const ITEM_LENGTH = 160;
const MINUTES_PER_THING = 10;
const MINUTES_TO_ORDER = 5;
const MINUTES_TO_CHECK = 5;
/** Beyond this many items the list is pointed at as a whole. */
const MOST_ITEMS = 60;
const MOST_SUBSTEPS = 20;
const MOST_SINGLE_ITEMS = 7;
const MOST_ITEMS_WITH_CLOSING = 5;
const MOST_GROUPS = 5;

function step(
  key: string,
  title: string,
  substeps: readonly OutlineStep[],
  minutes: number,
  after: readonly string[],
): OutlineStep {
  return { key, title, minutes: substeps.length > 0 ? totalMinutes(substeps) : minutes, after, substeps };
}

/** The outline of a frame, each step after the one before; things that the text names become the parts of its core step. */
export function outlineOfFrame(frame: Frame, language: Language, things: readonly string[]): readonly OutlineStep[] {
  return frameSteps(frame, language, '', things);
}

function frameSteps(
  steps: readonly FrameStep[],
  language: Language,
  prefix: string,
  things: readonly string[],
): readonly OutlineStep[] {
  return steps.map((each, index) => {
    const key = `${prefix}${index}`;
    const after = index === 0 ? [] : [`${prefix}${index - 1}`];
    if (each.isCore && things.length > 0) return coreOfThings(each.title[language], key, after, things, language);
    return step(
      key,
      each.title[language],
      frameSteps(each.steps ?? [], language, `${key}.`, things),
      each.minutes ?? 0,
      after,
    );
  });
}

function coreOfThings(
  title: string,
  key: string,
  after: readonly string[],
  things: readonly string[],
  language: Language,
): OutlineStep {
  // More than a step may hold share their parts: the last things of a shopping list are wanted as much as the first.
  const perPart = Math.ceil(things.length / MOST_SUBSTEPS);
  const parts = Array.from({ length: Math.ceil(things.length / perPart) }, (_, index) => {
    const own = things.slice(index * perPart, (index + 1) * perPart);
    return step(`${key}.${index}`, excerpt(own.join(', '), ITEM_LENGTH), [], own.length * MINUTES_PER_THING, []);
  });
  return { ...step(key, title, parts, 0, after), detail: namedSentence(things, language) };
}

function namedSentence(items: readonly string[], language: Language): string {
  return withStop(WORDING[language].named.replace('…', () => excerpt(items.join(', '), ITEM_LENGTH)));
}

/** The outline of a template in its language. */
export function outlineOfTemplate(template: LocalisedTemplate): readonly OutlineStep[] {
  return templateSteps(template.steps, '');
}

function templateSteps(steps: readonly TemplateStep[], prefix: string): readonly OutlineStep[] {
  const keys = new Map(steps.map((each, index) => [each.id, `${prefix}${index}`]));
  return steps.map((each, index) => {
    const after = each.depends_on.flatMap((id) => keys.get(id) ?? []);
    const substeps = templateSteps(each.substeps.slice(0, MOST_SUBSTEPS), `${prefix}${index}.`);
    const outlined = step(`${prefix}${index}`, each.title, substeps, each.estimate_minutes, after);
    return each.detail === undefined ? outlined : { ...outlined, detail: each.detail };
  });
}

function errandSteps(errand: Errand, language: Language, prefix: string): readonly OutlineStep[] {
  const [first, second] = errand[language];
  const [firstMinutes, secondMinutes] = errand.minutes;
  return [
    step(`${prefix}0`, first, [], firstMinutes, []),
    step(`${prefix}1`, second, [], secondMinutes, [`${prefix}0`]),
  ];
}

function errandOf(item: string, language: Language): keyof typeof ERRANDS {
  const kind = kindOf(item, language);
  return familyOf(item, language, kind) ?? kind ?? 'general';
}

/** The outline of a list of tasks: the tasks as the text gives them, in its order where it gives one. */
export function outlineOfTasks(listing: Listing, language: Language): readonly OutlineStep[] {
  const { items, ordered } = listing;
  const tasks = items.slice(0, MOST_ITEMS).map((item, index): OutlineStep => {
    const key = `item.${index}`;
    const small = errandSteps(ERRANDS[errandOf(item, language)], language, `${key}.`);
    const after = ordered && index > 0 ? [`item.${index - 1}`] : [];
    return { ...step(key, excerpt(item, ITEM_LENGTH), small, 0, after), isNamed: true };
  });
  const { further } = WORDING[language];
  if (items.length > MOST_ITEMS)
    tasks.push(step('further', further, [], MINUTES_PER_THING * (items.length - MOST_ITEMS), []));
  if (tasks.length > MOST_SINGLE_ITEMS) return grouped(tasks, ordered, language);
  return tasks.length > MOST_ITEMS_WITH_CLOSING ? tasks : framed(tasks, ordered, language);
}

/** A short list gets a step before it and one after it. */
function framed(tasks: readonly OutlineStep[], ordered: boolean, language: Language): readonly OutlineStep[] {
  const { gather, order, checkOff } = WORDING[language];
  const opening = step('opening', ordered ? gather : order, [], MINUTES_TO_ORDER, []);
  const closing = step(
    'closing',
    checkOff,
    [],
    MINUTES_TO_CHECK,
    tasks.map(({ key }) => key),
  );
  return [opening, ...tasks.map((task) => (task.after.length > 0 ? task : { ...task, after: ['opening'] })), closing];
}

/** A long list is cut into groups of neighbours, so that no level grows past what a plan may have. */
function grouped(tasks: readonly OutlineStep[], ordered: boolean, language: Language): readonly OutlineStep[] {
  const size = Math.ceil(tasks.length / Math.min(MOST_GROUPS, Math.ceil(tasks.length / 2)));
  return Array.from({ length: Math.ceil(tasks.length / size) }, (_, index) => {
    const members = tasks.slice(index * size, (index + 1) * size);
    const range = `${WORDING[language].group} ${index * size + 1}–${index * size + members.length}`;
    const title = `${range}: ${excerpt(members.map((task) => task.title).join(', '), ITEM_LENGTH)}`;
    const inside = new Set(members.map(({ key }) => key));
    const own = members.map((task) => ({ ...task, after: task.after.filter((key) => inside.has(key)) }));
    return step(`group.${index}`, title, own, 0, ordered && index > 0 ? [`group.${index - 1}`] : []);
  });
}
