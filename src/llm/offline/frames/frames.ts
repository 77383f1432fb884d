import type { TaskKind } from '../../language/lexicon/task-kind.js';
import type { Family } from '../reading/families/family.js';
import { ADMIN } from './admin.js';
import { BUY } from './buy.js';
import { CLEAN } from './clean.js';
import { CONTACT } from './contact.js';
import { COOK } from './cook.js';
import { DECIDE } from './decide.js';
import { FIND } from './find.js';
import { FIX } from './fix.js';
import { GENERAL } from './general.js';
import { GIVE_BACK } from './give-back.js';
import { HABIT } from './habit.js';
import { INTERVIEW } from './interview.js';
import { LEARN } from './learn.js';
import { MAKE } from './make.js';
import { ORGANISE } from './organise.js';
import { PAY } from './pay.js';
import { RESEARCH } from './research.js';
import { CHORE } from './chore.js';
import { VENTURE } from './venture.js';
import { SHOP } from './shop.js';
import { SELL } from './sell.js';
import { TECHNICAL } from './technical.js';
import { TRAVEL } from './travel.js';
import { UNCLEAR } from './unclear.js';
import { WRITE } from './write.js';
import { APPOINTMENT } from './appointment.js';
import { ESCORT } from './escort.js';
import { GET_READY } from './get-ready.js';
import { HEAL } from './heal.js';
import { LOOK_AFTER } from './look-after.js';
import { OUTING } from './outing.js';
import { PACK } from './pack.js';
import { PLANT } from './plant.js';
import { TRIM } from './trim.js';
import { VISIT } from './visit.js';
import { WASH } from './wash.js';
import type { Frame } from './frame.js';

/** The frame of each kind and family of tasks, and the one for a text that does not say what is wanted. */
export const FRAMES = {
  write: WRITE,
  make: MAKE,
  venture: VENTURE,
  cook: COOK,
  buy: BUY,
  shop: SHOP,
  sell: SELL,
  fix: FIX,
  organise: ORGANISE,
  learn: LEARN,
  decide: DECIDE,
  contact: CONTACT,
  clean: CLEAN,
  travel: TRAVEL,
  admin: ADMIN,
  pay: PAY,
  habit: HABIT,
  find: FIND,
  research: RESEARCH,
  technical: TECHNICAL,
  giveBack: GIVE_BACK,
  interview: INTERVIEW,
  chore: CHORE,
  plant: PLANT,
  trim: TRIM,
  visit: VISIT,
  lookAfter: LOOK_AFTER,
  escort: ESCORT,
  appointment: APPOINTMENT,
  outing: OUTING,
  heal: HEAL,
  pack: PACK,
  getReady: GET_READY,
  wash: WASH,
  general: GENERAL,
  unclear: UNCLEAR,
} satisfies Record<TaskKind | Family | 'unclear', Frame>;
