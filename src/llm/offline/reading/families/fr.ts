import { fold } from '../../../language/words.js';
import { KIN } from '../kin.js';
import type { FamilyWords } from './family.js';
import { requests } from './family.js';

const kin = String.raw`(?:${fold(KIN.fr)}|enfants|petits)\b`;
const pet = String.raw`(?:chats?|chattes?|chatons?|chiens?|chiennes?|chiots?|lapins?|hamsters?|oiseaux?|perroquet|cheval|poissons?|animaux|animal|poules|tortues?)\b`;
/** Up to three words that stand before a noun; an elided article is one. */
const few = String.raw`(?:(?:\w+ |\w+'))?(?:(?:\w+ |\w+')){0,2}`;
const own = String.raw`(?:ma|mon|mes|notre|nos|la|le|les|sa|son|ses|leurs?)`;

/** Whom a visit is for stands right behind its verb; who comes along, behind "avec". */
const toward = String.raw`(?:(?:a|au|aux|${own}) ){0,2}(?:\w+ )?`;

const beds = String.raw`(?:potagers?|jardins?|jardiniere|massifs?|pelouse|gazon)(?=\W*$| (?:sur|dans|a|au|en|de|avec|sans|pour|d')\b)`;
const growth = String.raw`(?:haies?|pelouse|gazon|herbe|arbres?|pommiers?|cerisiers?|rosiers?|arbustes?|buissons?|feuilles|mauvaises herbes|branches|lierre|vigne|massifs?|lavande)\b`;
const ill = String.raw`(?:cholesterol|tension|glycemie|mal (?:de|au|a la|aux|a l')|maux de|douleurs?|migraines?|toux|tousser|rhume|insomnies?|ronfler|ronflements?|acne|eczema|allergies?|brulures d'estomac|reflux|fievre|acouphenes|vertiges|nausees|lumbago|sciatique|crampes|anxiete)(?=\W|$)`;
const practice = String.raw`(?:veterinaire|veto|medecin|docteur|dentiste|pediatre|coiffeur|coiffeuse|orthodontiste|ophtalmo\w*|opticien|kine\w*|orthophoniste|specialiste|\w{2,20}ologue|dermato)\b`;
const vehicle = String.raw`(?:voiture|auto|moto|velo|scooter|camionnette)\b`;
const destination = String.raw`(?:ecole|creche|garderie|maternelle|college|lycee|aeroport|gare|train|bus|entrainement|foot|danse|cours|travail|maison|fete|hopital)\b`;
/** Longer than a day it is a journey. */
const day = String.raw`(?!.*\b(?:semaines?|jours|nuits?|hotel|vol)\b)`;
const sight = String.raw`(?:zoo|musee|parc|plage|piscine|cinema|aire de jeux|lac|theatre|cirque|aquarium|ferme|chateau|foret)\b`;

const washable = String.raw`(?:gouttieres?|voiture|auto|velos?|moto|vitres?|fenetres?|four|canape|tapis|moquette|matelas|chaussures|baskets|manteau|blouson|vestes?|rideaux|stores?|barbecue|terrasse|carrelage|joints|baignoire|douche|toilettes|wc|evier|lavabo|clavier|cafetiere|machine a (?:cafe|laver)|bouilloire|lave-vaisselle|lave-linge|panneaux solaires|filtres?|lunettes|hotte|plaques?|tente|poussette|argenterie|bijoux|piscine)\b`;

export const FR_FAMILIES: FamilyWords = {
  plant: requests(
    String.raw`(?:planter|semer|rempoter|repiquer|bouturer|transplanter|ressemer)\b(?!.*\b(?:tente|clou)\b)`,
    String.raw`faire pousser\b`,
    String.raw`(?:creer|faire|amenager|commencer|demarrer|preparer)\b.*\b(?:un|une|notre|mon) (?:\w+ )?${beds}`,
  ),
  trim: requests(
    String.raw`(?:elaguer|desherber|debroussailler|scarifier)\b`,
    String.raw`(?:tailler|tondre|couper|arracher|ramasser|ratisser)\b.*\b${growth}`,
  ),
  visit: requests(
    String.raw`(?:rendre (?:une )?visite|aller (?:re)?voir|aller visiter|passer voir|visiter) ${toward}${kin}`,
  ),
  lookAfter: requests(
    String.raw`(?:garder|(?:m'|s'|nous )?occuper|surveiller|veiller sur|prendre soin)\b ?${few}(?:\w+ )?(?:${kin}|${pet})`,
    String.raw`(?:m'|s'|nous )occuper (?:de|du|des|d')\b ?${few}(?:${kin}|${pet})`,
    String.raw`(?:faire du )?baby-?sitt\w+`,
  ),
  escort: requests(
    String.raw`(?:aller chercher|chercher|recuperer|amener|emmener|conduire|deposer|accompagner|ramener|raccompagner|mener) ${few}${kin}.*\b${destination}`,
  ),
  appointment: requests(
    String.raw`(?:amener|emmener|conduire|accompagner|aller|mener)\b.*\bchez (?:le |la |un |une |notre |mon |ma |l')?${practice}`,
    String.raw`(?:amener|emmener|conduire|mener|deposer|porter)\b.*\b${vehicle}.*\b(?:garage|garagiste|atelier|controle technique|revision|mecanicien)\b`,
    String.raw`(?:mon|ma|notre|le|la) (?:\w+ )?\w+ doit (?:aller|passer) chez (?:le |la |un |une |l')?${practice}`,
    String.raw`faire (?:reviser|reparer|controler)\b.*\b${vehicle}`,
  ),
  outing: requests(
    String.raw`${day}(?:aller|visiter)\b.*\b${sight}`,
    String.raw`${day}(?:emmener|amener) ${few}${kin}.*\b${sight}`,
    String.raw`${day}(?:aller )?(?:randonner|nager|me baigner|se baigner)(?=\W|$)`,
    String.raw`${day}(?:aller )?faire (?:une |un )?(?:randonnee|rando|balade|promenade|tour (?:a|en) velo|sortie)\b`,
  ),
  heal: requests(
    String.raw`(?:faire (?:baisser|passer|partir)|baisser|reduire|diminuer|soulager|soigner|traiter|calmer|guerir|arreter|me debarrasser|se debarrasser|combattre|lutter contre|ameliorer|prevenir|en finir avec|ne plus avoir)\b.*\b${ill}`,
    String.raw`(?:mieux|bien) dormir\b|dormir (?:mieux|plus|bien)\b|(?:re)?trouver le sommeil|ameliorer mon sommeil|m'endormir`,
    String.raw`(?:mon|ma|notre|mes|nos) ${few}${kin} ne dor(?:t|ment) (?:pas|plus)\b`,
    String.raw`(?:j'ai|je souffre|mon \w+ a|ma \w+ a)\b.*\b${ill}`,
    String.raw`(?:(?:mon|ma|mes|les|le|la) )?(?:mal (?:de|au|a la|aux) \w+|maux de \w+|migraines?|insomnies?|toux|douleurs? \w+(?: \w+)?)\W*$`,
  ),
  pack: requests(
    String.raw`(?:faire|preparer|boucler|remplir)\b.*\b${own} (?:valises?|bagages?|sacs?|cartables?|trousses?)\b`,
  ),
  getReady: requests(
    String.raw`(?:preparer|habiller) ${few}${kin} (?:pour|a) ${few}(?:ecole|creche|maternelle|rentree)\b`,
    String.raw`(?:(?:me |se |nous )?preparer)\b.*\b(?:premier jour|premiere (?:journee|semaine)|nouvel emploi|nouveau (?:travail|poste))\b`,
  ),
  wash: requests(
    String.raw`(?:nettoyer|laver|detartrer|recurer|polir|decrasser|lessiver|degraisser)\b(?:(?!\b(?:appartement|maison|cuisine|chambre|salon|cave|grenier)\b).)*\b${washable}`,
    String.raw`faire les (?:vitres|carreaux|fenetres)\b`,
    String.raw`(?:enlever|retirer|nettoyer|faire partir|detacher|oter|eliminer|laver)\b.*\btaches? (?:de|sur|d')`,
  ),
};
