import { fold } from '../../../language/words.js';
import { KIN } from '../kin.js';
import type { FamilyWords } from './family.js';
import { requests } from './family.js';

const kin = String.raw`(?:${fold(KIN.de)})\b`;
const pet = String.raw`(?:\w{0,20}katzen?|kater|\w{0,20}hunde?s?|welpen?|hamster|kaninchen|hasen?|meerschweinchen|vogel|papagei|wellensittiche?|pferde?|fische?|haustiere?|tiere?|huhner|schildkroten?)\b`;
const few = String.raw`(?:\w+ ){0,3}`;

/** A German request ends with its verb, or goes on with a clause. */
function ending(verbs: string): string {
  return String.raw`.*\b(?:${verbs})(?=\W*$|,)`;
}

const growth = String.raw`\w{0,20}(?:hecken?|rasen|baume?|baumes|rosen|straucher|strauch|busche?|unkraut|laub|aste?|efeu|wiese|stauden|gras|lavendel|reben|garten)\b`;
const beds = String.raw`\w{0,20}(?:beete?|garten|rasen|wiese)\b`;
const ill = String.raw`(?:bluthochdruck|\w{0,20}schmerzen?|cholesterin\w*|blutdruck|blutzucker\w*|husten|schnupfen|migrane|schlafstorungen|schlaflosigkeit|schnarchen|akne|neurodermitis|heuschnupfen|\w{0,20}allergie|sodbrennen|\w{0,20}verspannung(?:en)?|erkaltung|fieber|\w{0,10}ausschlag|panikattacken|tinnitus|schwindel|ubelkeit|hexenschuss|krampfe|\w{0,20}angst)\b`;
const practice = String.raw`\w{0,20}(?:arzt|arztin|friseur|frisor|orthopaden|optiker|logopadin|physiotherapie|therapeuten|therapeutin|\w{2,20}ologen|\w{2,20}ologin)\b`;
const garage = String.raw`\w{0,20}(?:werkstatt|inspektion|tuv|hauptuntersuchung|reparatur)\b`;
const vehicle = String.raw`\w{0,10}(?:auto|wagen|rad|fahrrad|motorrad|roller|wohnmobil)\b`;
const destination = String.raw`\w{0,20}(?:schule|kita|kindergarten|hort|flughafen|bahnhof|zug|bus|training|sport|fussball|ballett|schwimmkurs|verein|arbeit|party|feier|geburtstag|hause|krankenhaus)\b`;
/** Longer than a day it is a journey. */
const day = String.raw`(?!.*\b(?:wochen?|tagen?|nachte?|hotel|flug)\b)`;
const sight = String.raw`(?:zoo|tierpark|\w{0,20}museum|\w{0,20}park|strand|schwimmbad|freibad|kino|\w{0,20}spielplatz|see|badesee|theater|zirkus|aquarium|bauernhof|schloss|wald)\b`;

const washable = String.raw`\w{0,20}(?:rinnen?|auto|wagen|rad|rader|fenster|ofen|sofa|couch|teppich\w{0,5}|matratzen?|schuhe|jacken?|mantel|vorhange|gardinen|jalousien|grill|terrasse|fliesen|fugen|wanne|dusche|toilette|klo|waschbecken|spule|tastatur|maschine|wasserkocher|solaranlage|photovoltaik\w{0,10}|abfluss|filter|brille|haube|herd|zelt|kinderwagen|silber\w{0,10}|schmuck|pool|scheiben)\b`;
const washing = 'putzen|waschen|reinigen|saubern|sauber ?machen|entkalken|schrubben|polieren|abspritzen';

export const DE_FAMILIES: FamilyWords = {
  plant: requests(
    ending('(?:ein|an|aus|um)?pflanzen|(?:aus|an|ein)?saen|umtopfen|umzutopfen|eintopfen|anbauen|bepflanzen'),
    String.raw`.*\b${beds}${ending('anlegen|anzulegen|neu ansaen')}`,
  ),
  trim: requests(
    String.raw`.*\b${growth}${ending('(?:zuruck|be|herunter)?schneiden|stutzen|mahen|jaten|rechen|harken|zusammenrechen|trimmen|vertikutieren|zupfen|kurzen|ausdunnen|umgraben')}`,
    String.raw`.*\b(?:unkraut|laub)\b${ending('entfernen|beseitigen|loswerden')}`,
    ending('vertikutieren'),
  ),
  visit: requests(
    String.raw`(?!.*\bmit ${few}${kin}).*\b${kin}${ending('besuchen|zu besuchen|besuchen gehen|besuchen fahren')}`,
    String.raw`.*\bzu (?:\w+ )?${kin}(?! (?:bringen|abholen))${ending('fahren|gehen|reisen')}`,
    String.raw`(?:ich |wir )?besuche[nr]? ${few}${kin}`,
  ),
  lookAfter: requests(
    String.raw`.*\bauf ${few}(?:${kin}|${pet})${ending('aufpassen|aufzupassen|achten|achtgeben')}`,
    String.raw`.*\b(?:${kin}|${pet})${ending('betreuen|huten|versorgen|pflegen|babysitten')}`,
    String.raw`.*\b${pet} (?:der|des|meine[rs]?|unsere[rs]?|von) ${few}${kin}${ending('futtern|ausfuhren')}`,
    String.raw`.*\bum ${few}(?:${kin}|${pet})${ending('kummern')}`,
    ending('babysitten'),
  ),
  escort: requests(
    String.raw`.*\b(?:${kin}|\w{0,20}kinder).*\b${destination}${ending('(?:ab|hin)?(?:holen|bringen|fahren)|begleiten')}`,
    String.raw`.*\b${kin}.*\bvom?n? ${few}\w+ abholen(?=\W*$|,)`,
  ),
  appointment: requests(
    String.raw`.*\b(?:zum|zur|in die|ins|beim) ${practice}${ending('bringen|fahren|gehen|begleiten|mussen')}`,
    String.raw`.*\b${vehicle}.*\b(?:zum|zur|in die|ins) ${garage}${ending('bringen|fahren|geben|schaffen')}`,
    String.raw`(?:mein|unser|der|die|das)\w* (?:\w+ )?\w+ (?:muss|mussen|soll) (?:\w+ )?(?:zum|zur|in die|ins) (?:${practice}|${garage})`,
    String.raw`.*\b${vehicle}${ending('durch den tuv bringen|zum tuv bringen')}`,
  ),
  outing: requests(
    String.raw`${day}.*\b(?:in|ins|an|zum|zur|auf) (?:\w+ )?${sight}${ending('gehen|fahren|mitnehmen|einladen')}`,
    String.raw`${day}.*\b(?:wandern|schwimmen|radfahren|rad fahren|baden|eislaufen|klettern|kegeln|bowlen|angeln|spazieren) ?(?:zu)?gehen(?=\W*$|,)`,
    String.raw`${day}.*\b(?:tagesausflug|radtour|wanderung|spaziergang)\b${ending('machen|planen|unternehmen|organisieren')}`,
  ),
  heal: requests(
    String.raw`.*\b${ill}${ending('senken|lindern|loswerden|los werden|loszuwerden|behandeln|bekampfen|reduzieren|verbessern|auskurieren|heilen|stoppen|verringern|vorbeugen|angehen|aufhoren|bekommen|kriegen|los')}`,
    String.raw`(?:(?:meine?n?|die|den|das) )?${ill}\W*$`,
    String.raw`.*\b(?:besser|gut|genug|wieder|ruhiger|langer|mehr|nicht)(?: \w+)? (?:ein|durch)?(?:zu)?schlafen(?=\W*$|,)`,
    String.raw`(?:mein|unser|die|der|das)\w* ${few}${kin} schlaft (?:\w+ ){0,2}nicht\b`,
    String.raw`(?:ich |mein\w* \w+ )(?:habe?|hat|leide|leidet)\b.*\b${ill}`,
    String.raw`(?:mir|meine?[mnr]?)\b.*\b(?:tut|tun|schmerzt|schmerzen)\b`,
  ),
  pack: requests(
    String.raw`(?!.*\bkartons?\b).*\b(?:\w{0,20}(?:koffer|tasche|taschen|rucksack|gepack|ranzen|beutel)|sachen)\b${ending('(?:ein)?(?:zu)?packen|fertig packen')}`,
    String.raw`(?!.*\bkartons?\b)fur .*\bpacken(?=\W*$|,)`,
  ),
  getReady: requests(
    String.raw`(?:.*\b(?:${kin}|\w{0,20}kinder|mich|uns)\b )?.*\bfur (?:die |den |das )?(?:schule|kita|kindergarten|arbeit|training)\b.*\b(?:fertig|bereit)(?: ?(?:zu)?machen)`,
    String.raw`.*\bersten? (?:arbeits|schul|uni|kita|kindergarten|studien)tag(?:es)?\b${ending('vorbereiten|vorzubereiten')}`,
    String.raw`(?:die )?vorbereitung(?:en)? (?:auf|fur) den ersten (?:\w{0,20}tag|tag)\b`,
    String.raw`.*\bersten? tag (?:im|in|bei|am|an)\b${ending('vorbereiten|vorzubereiten')}`,
  ),
  wash: requests(
    String.raw`(?:(?!\b(?:wohnung|haus|bad|badezimmer|kuche|zimmer|keller|garage)\b).)*\b${washable}${ending(washing)}`,
    String.raw`.*\b\w{0,20}flecke?n?\b${ending('(?:raus|heraus|weg|los|ent)?(?:zu)?(?:bekommen|kriegen|fernen)|beseitigen|loswerden|reinigen|behandeln|weg|raus|los|machen')}`,
  ),
};
