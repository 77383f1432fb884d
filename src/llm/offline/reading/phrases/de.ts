import type { Phrase } from './phrase.js';

export const DE_PHRASES: readonly Phrase[] = [
  [/(?<!\p{L})was (?=(?:\p{L}+ ){1,6}schenken)(?:.*)schenken(?!\p{L})/iu, 'geschenk'],
  [/(?<=(?<!\p{L})(?:mehr|weniger|gesünder|gesund) (?:\p{L}+ )?)essen(?!\p{L})/iu, 'reduzieren'],
  [/(?<=(?<!\p{L})(?:tabletten|medikamente|vitamine) (?:\p{L}+ ){0,2})(?:ein)?nehmen(?!\p{L})/iu, 'reduzieren'],
  [
    /(?<!\p{L})(?:laute|lärmende)[nr]? nachbarn?(?!\p{L})|^(?:(?:meine?|unsere?|die|der) )?(?:\p{L}+ )?nachbarn? (?=.*(?<!\p{L})(?:laut|lärm|krach|wach)(?!\p{L}))/iu,
    'reden ',
  ],
  [/^\p{L}{3,20} (?:ich|wir)(?= .*(?<!\p{L})oder(?!\p{L}))/iu, 'entscheiden'],
  [/(?:computer|laptop|pc|handy|tablet|internet|wlan) ist (?:\p{L}+ )?langsam(?!\p{L})/iu, 'konfigurieren'],
  [/^wie werden? (?:ich|wir)(?= .*(?<!\p{L})los(?!\p{L}))/iu, 'entfernen'],
  [/(?<=(?<!\p{L})durch (?:\p{L}+ ){1,3})(?:fahren|radeln)(?!\p{L})/iu, 'reisen'],
  [
    /(?<=(?:drucker|router|wlan|handy|smartphone|tablet|laptop|computer|server|backup|vpn)\p{L}{0,3} )(?:einrichten|aufsetzen)(?!\p{L})/iu,
    'konfigurieren',
  ],
  [
    /(?<!\p{L})schreib(?:e|st|t|en)(?= (?:\p{L}+ ){0,5}(?:\p{L}*klausur|\p{L}*prüfung|klassenarbeit)(?!\p{L}))/iu,
    'lernen',
  ],
  [/(?<=(?:klausur|prüfung|klassenarbeit) )schreiben(?!\p{L})/iu, 'lernen'],
  [/(?<=(?:fotos|daten|dateien) )sichern(?!\p{L})/iu, 'konfigurieren'],
  [
    /(?<=(?<!\p{L})(?:laden|geschäft|händler|shop|defekt\p{L}*|kaputt\p{L}*) (?:\p{L}+ ){0,3})zurück(?:geben|bringen)(?!\p{L})/iu,
    'umtauschen',
  ],
  [
    /^(?:ich brauche|wir brauchen) (?=eine?n? )(?!.*(?:termin|pass|ausweis|führerschein|visum|vollmacht|babysitter|therapeut\p{L}*|handwerker|kitaplatz|pflegeplatz|wohnung|job|hilfe|rat|plan|pause)(?!\p{L}))/iu,
    'kaufen ',
  ],
  [/(?:geht|funktioniert|startet|lädt|läuft) nicht(?: mehr)?(?!\p{L})/iu, 'reparieren'],
  [/(?<=(?<!\p{L})(?:mehr|weniger|früher|später) (?:\p{L}+ ){0,3})(?:lesen|gehen|verbringen)$/iu, 'werden'],
  [/^(?:soll|sollen|sollte|sollten) (?:ich|wir)(?!\p{L})/iu, 'entscheiden'],
  [
    /(?<=(?<!\p{L})(?:postfach|fotos|dateien|computer|laptop|festplatte) )(?:aufräumen|sortieren|ausmisten)(?!\p{L})/iu,
    'einrichten',
  ],
  [/(?<=(?<!\p{L})(?:woche|tag|monat|zeit|leben) (?:besser )?)(?:planen|organisieren)(?!\p{L})/iu, 'einrichten'],
];
