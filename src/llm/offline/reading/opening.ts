import type { Language } from '../../language/language.js';
import { perLanguage } from '../../language/language.js';

/** Polite or personal ways into a request, which say nothing about the task. Tried one after the other, several times. */
const OPENINGS = {
  en: [
    /^(?:hi|hello|hey|dear \p{L}{1,20})(?: there| all)?[,!.]? /u,
    /^(?:please|pls|kindly|ok|okay|so|well|and|then|also|finally|urgently|todo:?|to do:|task:|goal:)[,:]? /u,
    /^(?:i|we)(?: really| also| still| just| finally)?(?: need| want| have| would like| wish| hope| plan| intend| am trying| are trying| am planning| are planning| am going| are going)(?: you)? to /u,
    /^(?:i'?d|we'?d) (?:like|love) to /u,
    /^(?:i|we) (?:really )?wish (?:i|we) could (?:finally |just )?/u,
    /^(?:i|we) (?:must|should|will|can't|cannot|gotta) (?=\p{L})/u,
    /^(?:i'?m|we'?re) (?:trying|planning|going|about|hoping|supposed) to /u,
    /^(?:can|could|would|will) you(?: please)? (?:help (?:me|us)(?: to| with)? )?/u,
    /^(?:can|could) (?:i|we) (?:get|have) help (?:to|with) /u,
    /^(?:my|our) \p{L}{1,20} (?:has )?(?:asked|told|wants) (?:me|us) to /u,
    /^(?:help (?:me|us)|i need help|need help|help(?! (?:my|our|the|his|her|their|an?|mum|mom|dad|grandma|grandpa|granny) ))(?: to| with)? /u,
    /^(?:how (?:do|can|could|should|would) (?:i|we|you)|how to|what is the best way to|(?:my|our) (?:goal|plan|task) is to|remind me to|remember to|let'?s|time to|don'?t forget to) /u,
    /^(?:make|create|give me|write|draw up|prepare) (?:me )?(?:a|the) (?:step[- ]by[- ]step )?(?:plan|checklist|to-?do list) (?:to|for|on how to) /u,
  ],
  de: [
    /^(?:hallo|hi|hey|guten tag|moin)(?: zusammen)?[,!.]? /u,
    /^(?:bitte|also|ok|okay|und|dann|dringend|unbedingt|endlich|aufgabe:|ziel:|todo:?)[,:]? /u,
    /^(?:ich|wir) (?:muss|müssen|möchte|möchten|will|wollen|soll|sollen|sollte|sollten|würde gerne?|würden gerne?|kann|können|darf|werde|werden)(?: (?:noch|endlich|unbedingt|dringend|gerne?|auch|mal|bald|jetzt))* /u,
    /^(?:ich|wir) (?:habe|haben) vor, /u,
    /^(?:mein|unser)e? \p{L}{1,20} hat (?:mich|uns) gebeten,? /u,
    /^(?:ich|wir) (?:plane|planen|versuche|versuchen),? /u,
    /^(?:kannst du|könntest du|können sie|könnten sie|kann mir jemand)(?: bitte)?(?: (?:mir|uns))?(?: bitte)?(?: (?:dabei )?helfen,?)? /u,
    /^(?:hilf (?:mir|uns)|helfen sie (?:mir|uns)|ich brauche hilfe|brauche hilfe)(?: bitte)?(?: dabei| bei(?: der| dem)?| mit(?: der| dem)?)?,? /u,
    /^(?:wie (?:kann|soll|muss|könnte) (?:ich|man)|wie können wir|(?:mein|unser) ziel ist(?: es)?,?|nicht vergessen:?) /u,
    /^(?:erstelle?|mach|schreib)e? (?:mir )?(?:bitte )?(?:einen plan|eine checkliste|eine liste) (?:für|zum|zur) /u,
  ],
  fr: [
    /^(?:bonjour|salut|coucou|bonsoir)(?: à tous)?[,!.]? /u,
    /^(?:s'il te plaît|s'il vous plaît|svp|stp|alors|et|puis|tâche ?:|objectif ?:)[,:]? /u,
    /^(?:je|nous|on) (?:dois|devons|doit|veux|voulons|veut|voudrais|voudrions|voudrait|souhaite|souhaitons|compte|vais|allons|va|cherche à|cherchons à|peux|prévois de)(?: (?:bien|encore|absolument|enfin|aussi))* /u,
    /^j'(?:aimerais|ai envie de|ai besoin d'aide pour|essaie de|envisage de|ai prévu de) ?/u,
    /^(?:mon|ma|notre) \p{L}{1,20} (?:m'|nous )a demandé (?:de |d')/u,
    /^il (?:faut|me faut|nous faut|faudrait) (?!que |une? )/u,
    /^(?:peux-tu|pouvez-vous|pourrais-tu|pourriez-vous|tu peux)(?: s'il te plaît)?(?: (?:m'aider|nous aider|m’aider) à)? /u,
    /^(?:aide-moi|aidez-moi|aide-nous|aidez-nous|aide moi) (?:à|pour) /u,
    /^(?:comment(?: puis-je| faire pour| est-ce que je peux)?|mon objectif est de|mon but est de|ne pas oublier de) /u,
    /^(?:fais|faites|crée|créez|donne|donnez)(?:-moi)? un plan pour /u,
  ],
  es: [
    /^(?:hola|buenas|buenos días|buenas tardes)(?: a todos)?[,!.]? /u,
    /^(?:por favor|bueno|y|luego|tarea:|objetivo:)[,:]? /u,
    /^(?:tengo|tenemos|hay) que (?=\p{L})/u,
    /^(?:yo )?(?:necesito|necesitamos|quiero|queremos|quisiera|debo|debemos|deseo|espero|pienso|puedo)(?: ayuda para)? (?=(?:\p{L}{2,}[aei]r|ver|ir|dar)(?:me|nos|lo|la|le)? )/u,
    /^(?:necesito ayuda (?:para|con)) /u,
    /^(?:me|nos) gustar[ií]a /u,
    /^(?:voy|vamos) a /u,
    /^¿?(?:puedes|podrías|puede|podría)s?(?: por favor)? (?:ayudarme a |ayudarnos a )?/u,
    /^(?:ayúdame|ayúdanos|ayúdeme|ayudame) (?:a|con|para) /u,
    /^¿?(?:cómo (?:puedo|podemos|hago para|se puede)|cómo|mi objetivo es|mi meta es|no olvidar|recuérdame) /u,
    /^(?:hazme|haz|crea|dame) un plan para /u,
  ],
} satisfies Record<Language, readonly RegExp[]>;

/** As one expression: the first that fits is taken. */
const OPENING = perLanguage((language) => new RegExp(OPENINGS[language].map(({ source }) => source).join('|'), 'u'));

/** A request begins with at most this many openings ("hi, please can you help me to"). */
const MOST_OPENINGS = 4;

/** The text without polite openings, and whether there was one. */
export function withoutOpening(text: string, language: Language): { readonly rest: string; readonly opened: boolean } {
  let rest = text.replace(/’/g, "'");
  let opened = false;
  for (let round = 0; round < MOST_OPENINGS; round += 1) {
    const length = OPENING[language].exec(rest.toLowerCase())?.[0].length;
    if (length === undefined || length >= rest.length) break;
    rest = rest.slice(length).trimStart();
    opened = true;
  }
  return { rest, opened };
}
