import type { Lexicon } from './task-kind.js';

export const EN: Lexicon = {
  write: {
    hints: 'present',
    verbs: 'write writing rewrite draft drafting proofread translate summarise summarize edit',
    things:
      'essay report talk lecture article blogpost story novel chapter speech presentation slides cv resume thesis paper documentation proposal poem newsletter toast eulogy vows diary memoir',
  },
  make: {
    verbs:
      'build building construct sew knit crochet craft design develop program code implement create publish record carve draw redesign',
    things: 'website app application prototype video logo treehouse costume game birdhouse album photobook playlist',
  },
  venture: {
    verbs: 'found launch',
    things: 'business company startup podcast blog channel cafe restaurant bakery agency association club',
    hints: 'start open',
  },
  cook: {
    verbs: 'cook cooking bake baking grill',
    things:
      'dinner lunch breakfast meal meals recipe cake bread soup brunch barbecue bbq lasagna lasagne menu turkey sandwich sandwiches salad pancakes cookies muffins pizza snacks buffet',
  },
  buy: {
    verbs: 'buy buying purchase order',
    things: 'gift gifts present presents laptop smartphone mattress sofa',
    hints: 'get need pick',
  },
  shop: { hints: 'shop', things: 'groceries grocery shopping supermarket market' },
  sell: { verbs: 'sell selling resell auction donate', things: 'ebay listing sale' },
  fix: {
    verbs: 'fix fixing repair repairing mend replace troubleshoot unclog unblock patch restore',
    things: 'leak leaking leaks dripping broken damage mould mold flat clogged blocked puncture cracked',
  },
  organise: {
    verbs: 'host hosting marry arrange coordinate celebrate throw',
    things:
      'party surprise wedding event meeting workshop conference birthday christmas reunion festival funeral offsite ceremony picnic anniversary sleepover fundraiser retreat concert tournament christening',
    hints: 'plan planning prepare preparing schedule organise organize organising organizing',
  },
  learn: {
    verbs: 'learn learning study studying practise practice revise memorise memorize teach',
    things:
      'exam course vocabulary guitar piano chess swimming language spanish french german italian japanese python programming investing',
    hints: 'understand improve train pass',
  },
  decide: {
    verbs: 'decide deciding choose choosing compare evaluate whether weigh',
    things: 'decision choice versus vs',
  },
  contact: {
    verbs:
      'call phone ring email ask tell invite thank contact message text reply answer complain apologise apologize negotiate inform talk speak remind reserve',
    things:
      'mail letter appointment complaint conversation apology dentist doctor vet gp landlord raise interview haircut hairdresser barber restaurant vaccination checkup',
    hints: 'book send',
  },
  clean: {
    verbs: 'clean cleaning tidy tidying declutter vacuum mop dust sweep scrub empty descale hoover sort',
    things: 'mess stain stains cleanup bookshelf shelf desk drawer closet wardrobe garage fridge pantry',
  },
  travel: {
    verbs: 'travel travelling traveling visit fly hike drive cycle cruise backpack camp',
    things:
      'trip vacation holiday holidays flight flights hotel hostel journey itinerary cottage accommodation roadtrip honeymoon getaway camping zoo outing excursion',
  },
  admin: {
    verbs: 'apply register renew cancel enrol enroll submit claim insure file sign switch transfer',
    things:
      'passport visa insurance tax taxes form subscription membership contract permit licence license account pension mortgage certificate will divorce',
  },
  pay: { verbs: 'pay paying repay', things: 'bill bills invoice invoices' },
  habit: {
    verbs: 'quit stop save saving lose reduce exercise meditate jog stretch',
    things:
      'yoga pilates retirement race triathlon weight fitness shape habit habits savings marathon diet smoking routine fit fitter healthy healthier kg sleep stress sport sports budget expenses spending finances',
    hints: 'improve become run drink eat track wake',
  },
  find: {
    verbs: 'find finding search look looking locate hire recruit',
    things: 'babysitter flatmate roommate tutor nanny plumber therapist daycare kindergarten',
  },
  research: { verbs: 'research investigate analyse analyze', things: 'survey' },
  technical: {
    verbs: 'refactor deploy migrate configure upgrade debug',
    things:
      'server servers database databases api repository repo bug bugs crash crashes backend frontend codebase module pipeline kubernetes docker postgres wifi router firmware testsuite authentication',
  },
  giveBack: { verbs: 'refund' },
  interview: { things: 'jobinterview' },
  chore: {
    verbs:
      'feed water mow print charge refill wrap prune rake shovel borrow lend hang upload walk babysit wash washing iron',
    things: 'bulb lightbulb sheets bedding laundry dishes ironing suitcase',
    hints: 'take bring pack check read cut put return deliver collect give drop open close',
  },
  general: {
    things: 'homework',
    verbs:
      'assemble install mount renovate refurbish redecorate remodel repaint rent adopt surprise rearrange connect replant repot decorate winterize winterise onboard',
    hints:
      'do lay remove make making finish move help handle change update review measure share watch try keep go set grow plant paint',
  },
};
