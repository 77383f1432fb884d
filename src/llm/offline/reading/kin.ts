import type { Language } from '../../language/language.js';

/** Family, friends and neighbours, as alternatives of an expression. */
export const KIN = {
  en: 'friends?|best friend|girlfriend|boyfriend|brothers?|sisters?|mum|mom|mother|dad|father|parents|in-laws|wife|husband|kids?|children|son|sons|daughters?|family|neighbou?rs?|grandma|grandpa|grandmother|grandfather|grandparents|aunt|uncle|cousins?|baby|toddler|nieces?|nephews?|granny|grandson|granddaughter|grandchildren',
  de: 'freund|freundin|freunde|freunden|freundinnen|bruder|schwester|geschwister|geschwistern|mutter|mama|vater|papa|eltern|frau|mann|kind|kinder|kindern|sohn|söhne|söhnen|tochter|töchter|töchtern|familie|nachbarn|nachbarin|nachbar|oma|opa|großeltern|tante|onkel|baby|neffe|neffen|nichten?|enkel|enkelin|enkelkinder|großmutter|großvater|schwiegermutter|schwiegereltern',
  fr: 'amis?|amies?|copain|copine|copains|frères?|sœurs?|mère|maman|père|papa|parents|femme|mari|conjoint|compagnon|compagne|enfants?|fils|filles?|famille|voisins?|voisine|grand-mère|grand-père|grands-parents|tante|oncle|cousins?|bébé|neveux?|nièces?|mamie|papy|petits-enfants|belle-mère|beaux-parents',
  es: 'amigos?|amigas?|novio|novia|hermanos?|hermanas?|madre|mamá|padre|papá|padres|mujer|marido|pareja|hijos?|hijas?|niños|familia|vecinos?|vecina|abuelos?|abuela|tía|tío|primos?|bebé|sobrinos?|sobrinas?|nietos?|nieta|suegros?|suegra',
} satisfies Record<Language, string>;
