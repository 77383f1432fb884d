import type { Language } from '../../language/language.js';
import type { TaskKind } from '../../language/lexicon/task-kind.js';
import { capitalised, excerpt, trimTail } from '../excerpt.js';
import type { Slot, SlotValues } from '../pattern.js';
import { objectOf } from './action.js';
import { withBound } from './bound.js';
import type { Found } from './deadline.js';
import { findDeadline, withinSentence } from './deadline.js';
import type { Family } from './families/family.js';
import { thingNeeded } from './need.js';
import { findPeople } from './people.js';
import { findPlace } from './place.js';
import { findBudget, findQuantity } from './quantity.js';

const SLOT_LENGTH = 60;
const SHORT_SLOT_LENGTH = 40;

/** Who takes part, unlike the person for whom it is done. */
const COMPANY = /^(?:with|and|mit|avec|con) /i;

/** Kinds whose frames speak of the thing alone; the others quote the whole request ("Quit smoking", not "Smoking"). */
const OBJECT_KINDS: ReadonlySet<TaskKind | Family | undefined> = new Set<TaskKind>([
  'write',
  'make',
  'venture',
  'cook',
  'buy',
  'shop',
  'sell',
  'fix',
  'organise',
  'find',
  'travel',
]);

/** What a text says about itself, and the same as it is to be quoted: amounts with the bound that the text sets them. */
export interface ReadSlots {
  readonly slots: SlotValues;
  readonly asStated: SlotValues;
}

/** Reads what a request says about itself. @param topic the part of the text that says what is wanted. */
export function slotsOf(
  plain: string,
  topic: string,
  language: Language,
  kind: TaskKind | Family | undefined,
): ReadSlots {
  const deadline = findDeadline(plain, language);
  const quantity = findQuantity(plain, language, deadline);
  const budget = findBudget(plain, deadline);
  const people = findPeople(plain, language);
  const place = findPlace(plain, language);
  const isCompany = people !== undefined && COMPANY.test(people.value);
  const deliverable = deliverableOf(plain, topic, language, kind);
  const short = (value: string | undefined): string | undefined =>
    value === undefined ? undefined : trimTail(excerpt(value, SHORT_SLOT_LENGTH)) || undefined;
  const values = {
    deliverable: capitalised(excerpt(deliverable === '' ? plain : deliverable, SLOT_LENGTH)) || undefined,
    deadline: deadline === undefined ? undefined : excerpt(withinSentence(deadline.value, language), SHORT_SLOT_LENGTH),
    quantity: short(quantity?.value),
    budget: short(budget?.value),
    people: isCompany ? short(people.value) : undefined,
    recipient: isCompany ? undefined : short(people?.value),
    place: short(place?.value),
  };
  const bounded = (found: Found | undefined): string | undefined =>
    found === undefined ? undefined : short(withBound(found, plain, language));
  return {
    slots: filledOnly(values),
    asStated: filledOnly({ ...values, quantity: bounded(quantity), budget: bounded(budget) }),
  };
}

function filledOnly(values: Readonly<Record<Slot, string | undefined>>): SlotValues {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}

function deliverableOf(plain: string, topic: string, language: Language, kind: TaskKind | Family | undefined): string {
  if (kind === 'decide') return asAsked(topic, plain);
  if (kind === 'buy') return thingNeeded(topic, language) ?? objectOf(topic, language);
  return OBJECT_KINDS.has(kind) ? objectOf(topic, language) : topic;
}

/** The topic with the question marks that it had: quoted without them a question reads like a statement. */
function asAsked(topic: string, plain: string): string {
  const start = plain.indexOf(topic);
  if (topic === '' || start < 0) return topic;
  // French puts a blank before it.
  const mark = /^ ?\?/.exec(plain.slice(start + topic.length))?.[0];
  if (mark === undefined) return topic;
  return `${plain.charAt(start - 1) === '¿' ? '¿' : ''}${topic}${mark}`;
}
