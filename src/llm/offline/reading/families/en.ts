import { fold } from '../../../language/words.js';
import { KIN } from '../kin.js';
import type { FamilyWords } from './family.js';
import { requests } from './family.js';

const kin = String.raw`(?:${fold(KIN.en)})\b`;
const pet = String.raw`(?:cats?|kittens?|dogs?|puppy|hamsters?|rabbits?|guinea pigs?|birds?|parrot|budgies?|horses?|fish|pets?|chickens|hens|animals?|tortoise)\b`;
const child = String.raw`(?:${fold(KIN.en)}|kids|pupils)\b`;
/** Up to two words that stand before a noun: "my", "my sick", "our neighbour's". */
const few = String.raw`(?:[\w']+ ){0,2}`;

const crops = String.raw`(?:veg|vegetables?|veggies|herbs?|tomato\w*|potato\w*|lettuce|salad|flowers?|roses?|basil|chill?i\w*|peppers?|strawberr\w*|plants?|fruit|trees?|pumpkins?|beans|peas|carrots?|lawn|grass|sunflowers?|tulips?|bulbs|lavender|avocado|mint|cress|mushrooms)\b`;
const garden = String.raw`(?:gardens?|lawn|vegetable patch|flower ?beds?|(?:veg|vegetable|herb) (?:bed|patch|garden))(?=\W*$| (?:on|in|at|with|for|behind|from)\b)`;
const growth = String.raw`(?:hedges?|lawn|grass|meadow|(?:\w+ )?trees?|bush\w*|shrubs?|roses?|leaves|garden|beds?|weeds|vines?|ivy|branches|lavender)\b`;

const ill = String.raw`(?:cholesterol|blood pressure|blood sugar|(?:\w+[ -])?(?:pains?|aches?)|(?:head|tooth|back|stomach|ear)aches?|migraines?|cough(?:s|ing)?|snor(?:e|es|ing)|insomnia|acne|eczema|heartburn|reflux|hay ?fever|allerg(?:y|ies)|sore throat|fever|rash|panic attacks|tinnitus|dizziness|nausea|constipation|cramps|sciatica|lumbago|anxiety|sprained \w+)\b`;
const bodyPart = String.raw`(?:back|neck|knees?|head|tooth|teeth|stomach|tummy|shoulders?|foot|feet|ears?|throat|hips?|wrist|ankle|elbow)`;

const practice = String.raw`(?:vet|veterinarian|doctor|gp|dentist|p(?:a)?ediatrician|orthodontist|optician|physio\w*|hairdresser|barber|groomer|specialist|\w{2,20}ologist)\b`;
const vehicle = String.raw`(?:car|van|bike|bicycle|motorbike|motorcycle|scooter|camper)\b`;
const destination = String.raw`(?:school|kindergarten|nursery|day ?care|airport|station|train|bus|practice|training|football|ballet|swimming|lessons?|class|club|camp|party|work|home|hospital)\b`;

/** Longer than a day it is a journey. */
const day = String.raw`(?!.*\b(?:weeks?|days|nights?|hotel|flights?)\b)`;
const sight = String.raw`(?:zoo|museum|park|beach|pool|cinema|movies|theme park|aquarium|playground|lake|theatre|theater|circus|funfair|castle|farm|woods|forest)\b`;

const washable = String.raw`(?:gutters?|car|van|bike|bicycle|motorbike|windows?|oven|sofa|couch|carpets?|rugs?|mattress|shoes|trainers|sneakers|boots|jacket|coat|curtains|blinds|grill|barbecue|bbq|terrace|patio|decking|tiles|grout|bathtub|shower|toilet|sink|keyboard|(?:coffee|espresso|washing) machine|kettle|dishwasher|solar panels|chimney|drains?|filters?|glasses|extractor|hob|stove|tent|pram|pushchair|buggy|silver|jewellery|jewelry|pool)\b`;
const bag = String.raw`(?:suitcases?|bags?|case|cases|backpacks?|rucksacks?|luggage|trunk|things|clothes|kit)\b`;

export const EN_FAMILIES: FamilyWords = {
  plant: requests(
    String.raw`(?:plant|sow|repot|replant|transplant|re-?seed|propagate)\b(?! (?:a )?(?:bomb|evidence|idea))`,
    String.raw`grow\b.*\b${crops}`,
    String.raw`(?:start|create|make|lay|begin|plan|set up)\b.*\b${garden}`,
  ),
  trim: requests(
    String.raw`(?:prune|mow|deadhead|scarify)\b`,
    String.raw`weed\b(?! out)`,
    String.raw`(?:trim|cut|rake|clip|tidy|thin|dig)\b.*\b${growth}`,
    String.raw`(?:pull|remove|get rid of)\b.*\bweeds\b`,
  ),
  visit: requests(
    String.raw`(?:visit|(?:go|come) (?:and |to )?(?:see|visit)|see|drop in on|call on|pay a visit to) (?:${few}${kin}|(?:her|him|them)\b)(?!'s (?:wedding|party|birthday|concert))`,
  ),
  lookAfter: requests(
    String.raw`(?:look(?:ing)? after|take care of|care for|keep an eye on|(?:baby|pet|dog|cat)[ -]?sit(?:ting)?(?: for)?)\b (?:[\w']+ ){0,3}(?:${kin}|${pet})`,
    String.raw`(?:walk|feed) ${few}${kin}'?s?'? (?:\w+ )?${pet}`,
    String.raw`(?:watch|mind) (?:the|my|our|his|her|their) (?:[\w']+ ){0,1}(?:${kin}|${pet})`,
    String.raw`(?:baby|pet|dog|cat)[ -]?sit(?:ting)?\b`,
  ),
  escort: requests(
    String.raw`(?:pick up|collect|fetch|drop off|drop|drive|take|bring|walk|meet|accompany) ${few}${child}.*\b${destination}`,
    String.raw`pick ${few}${child} up\b`,
    String.raw`get ${few}${child} to ${few}${destination}`,
  ),
  appointment: requests(
    String.raw`(?:take|bring|drive|accompany|go with|go)\b(?!.*\b(?:papers|forms?|letter|documents|results|back)\b).*\bto (?:the|a|an|our|my|his|her)? ?${practice}`,
    String.raw`visit (?:the|a|my|our) ${practice}`,
    String.raw`(?:take|bring|drive)\b.*\b${vehicle}.*\b(?:garage|workshop|mechanic|repair shop|body shop|dealer|service)\b`,
    String.raw`(?:my|our) ${few}\w+ (?:needs|has|must) to (?:go to|see|be taken to) (?:the|a|an) ${practice}`,
    String.raw`get\b.*\b${vehicle} (?:serviced|inspected|checked|repaired)\b`,
  ),
  outing: requests(
    String.raw`${day}(?:go|take ${few}${child}|visit)\b.*\b${sight}`,
    String.raw`${day}go (?:hiking|swimming|cycling|skating|ice skating|bowling|climbing|fishing|for a (?:hike|walk|swim|bike ride))\b`,
    String.raw`${day}(?:plan|organi[sz]e|make|do) (?:a|our) (?:day (?:trip|out)|hike|bike tour)\b`,
  ),
  heal: requests(
    String.raw`(?:lower|reduce|bring down|get rid of|get over|get relief|relieve|ease|treat|cure|heal|stop|fight|deal with|do something about|manage|improve|cope with|control|prevent|recover from)\b.*\b${ill}`,
    String.raw`(?:get rid of|get over|treat|cure) ${few}(?:cold|flu)\b`,
    String.raw`(?:get |find )?(?:my |the |a |an )?(?:(?:bad|chronic|terrible) )?${ill}\W*$`,
    String.raw`(?:i|we) (?:have|got|have got) (?:a|the) ${few}(?:cold|flu)\b`,
    String.raw`(?:sleep|sleeping) (?:better|well|through|longer|soundly|at night)|fall asleep|get (?:better|more|enough|some) sleep|improve (?:my|our) sleep`,
    String.raw`(?:i|i've|i have|i keep|i suffer from|my [\w']+ (?:has|have|suffers from))\b(?: (?!to\b)[\w']+){0,5} ${ill}`,
    String.raw`(?:my|our|the) ${few}${kin} (?:won't|will not|does not|doesn't|can't|cannot) sleep\b`,
    String.raw`my ${few}${bodyPart} (?:hurts?|aches?|is sore|has been hurting|keeps hurting)\b`,
  ),
  pack: requests(
    String.raw`pack(?:ing)?\b(?!.*\b(?:box(?:es)?|flat|house|apartment|kitchen|books|parcels?|presents?|gifts?|orders?|lunch\w*|away)\b).*\b(?:${bag}|for\b)`,
  ),
  getReady: requests(
    String.raw`(?:get|make|be)(?: (?:me|myself|us|${few}${child}))? ready (?:for|to go to) ${few}(?:first day|school|kindergarten|nursery|day ?care|work|new job|training|practice)\b`,
    String.raw`prepar\w+ (?:(?:me|myself|us|${few}${child}) )?for ${few}(?:first (?:school )?(?:day|week)|new job|school day)\b`,
  ),
  wash: requests(
    String.raw`(?:clean|wash|scrub|polish|descale|degrease|rinse|hose|steam|shampoo)\b(?:(?!\b(?:flat|house|home|apartment|rooms?|bathroom|kitchen|garage|cellar|attic)\b(?! ${washable})).)*\b${washable}`,
    String.raw`(?:remove|get|clean|take|treat|wash|rub|bleach)\b.*\b(?:stains?|limescale)\b`,
    String.raw`(?:[\w']+ ){0,4}stains? (?:on|in|from|out)\b`,
  ),
};
