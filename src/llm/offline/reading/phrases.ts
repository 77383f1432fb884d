import type { Language } from '../../language/language.js';

/** Turns of phrase that mean another thing than their single words, and the word that stands for them. */
const PHRASES = {
  en: [
    [/^(?:drive|walk|work|cycle|cook|watch|swim|worry)(?= (?:more|less)(?!\p{L}))/iu, 'become'],
    [/^(?:look(?:ing)? after|take care of)(?= (?:my|our) (?:own )?health(?!\p{L}))/iu, 'become'],
    [/^take(?= .*(?<!\p{L})(?:tests?|exams?)(?!\p{L}))/iu, 'study'],
    [/^take (?=(?:the|a) (?:train|bus|coach|ferry|plane|night train) to(?!\p{L}))/iu, 'travel '],
    [/(?<!\p{L})wants? to buy (?=(?:my|our)(?!\p{L}))/iu, 'sell '],
    [/^(?:get|become) (?:better|good) (?:at|in)(?!\p{L})/iu, 'practise'],
    [/^give (?=(?:an?|my|the) (?:short )?(?:toast|speech|talk|presentation|lecture)(?!\p{L}))/iu, 'draft '],
    [/^take(?= .*(?<!\p{L})(?:pills?|tablets|medicine|medication|vitamins)(?!\p{L}))/iu, 'exercise'],
    [/(?<!\p{L})fits?(?= (?:in|into|through|on|under)(?!\p{L}))/iu, 'goes'],
    [/(?:know|no idea|ideas?) what to (?:give|get|buy)(?!\p{L})/iu, 'gift'],
    [
      /^(?:i|we) (?:really |also |urgently )?need (?=(?:(?:an?|some) )?(?:new|bigger|better|larger|smaller|second|used|cheap) )(?!.*(?<!\p{L})(?:job|flat|apartment|house|home|place|passport|id|licence|license|visa|password|doctor|dentist|therapist|nanny|babysitter|tutor|flatmate|roommate|hobby|plan|idea|start)(?!\p{L}))/iu,
      'buy ',
    ],
    [
      /(?<!\p{L})(?:noisy|loud) neighbou?rs?(?!\p{L})|^(?:(?:my|our|the) )?(?:\p{L}+ )?neighbou?rs? (?=.*(?<!\p{L})(?:noise|noisy|loud|awake|keeps?)(?!\p{L}))/iu,
      'talk ',
    ],
    [/^(?:do|shall|should) (?:i|we)(?= .*(?<!\p{L})or(?!\p{L}))/iu, 'decide'],
    [
      /^fill(?:ing)? (?:in|out)(?= .*(?<!\p{L})(?:forms?|questionnaires?|applications?|paperwork|papers|declaration|claim)(?!\p{L}))/iu,
      'register',
    ],
    [/(?<!\p{L})find(?:ing)? out(?!\p{L})/giu, 'research'],
    [/^(?:should|shall) (?:i|we)(?!\p{L})/iu, 'decide'],
    [/^present(?= (?:the|my|our|a)(?!\p{L}))/iu, 'draft'],
    [
      /(?:won['’]?t|does(?:n['’]?t| not)|is(?:n['’]?t| not)|will not) (?:start|work|turn on|charge)(?:ing)?(?!\p{L})/iu,
      'repair',
    ],
    [/(?<!\p{L})tax returns?(?!\p{L})/iu, 'taxes'],
    [/^throw(?:ing)? (?:out|away)(?!\p{L})/iu, 'handle'],
    [/^look(?:ing)? after(?!\p{L})/iu, 'babysit'],
    [/^(?:bring|take|drive) (?=(?:(?:my|our|the) )?\p{L}+ to )/iu, 'babysit '],
    [/(?<!\p{L})(?:game|movie|film|quiz|trivia|poker|karaoke|bingo|date|theme) nights?(?!\p{L})/iu, 'party'],
    [/^repay(?:ing)?(?!\p{L})/iu, 'pay'],
    [/^visit (?=(?:the|my|a) (?:dentist|doctor|vet)(?!\p{L}))/iu, 'call '],
    [/^(?:read|go|spend)(?= .*(?<!\p{L})(?:more|less|earlier|later)(?!\p{L}))/iu, 'become'],
    [/^pick(?:ing)? up(?!\p{L})/iu, 'collect'],
    [/^back(?:ing)? up(?!\p{L})/iu, 'configure'],
    [/^break(?:ing)? up with(?!\p{L})/iu, 'talk'],
    [/^get up(?!\p{L})/iu, 'wake'],
    [/^quit (?=(?:my|the|this) job(?!\p{L}))/iu, 'cancel '],
    [/(?<!\p{L})in order(?!\p{L})/iu, 'ready'],
    [
      /^get (?=(?:\p{L}{3,}ed|ready|rid|in|into|over|back|through|to|along)(?!\p{L})|(?:my|our|the) .*(?<!\p{L})(?:\p{L}{3,}ed|ready|done|to|into|out)(?!\p{L}))/iu,
      'do ',
    ],
    [/(?<!\p{L})look(?:ed|ing)? at(?!\p{L})/iu, 'review'],
    [/^(?:start|begin)(?= \p{L}+ing(?!\p{L}))/iu, 'become'],
    [/^pack(?:ing)?(?!\p{L})/iu, 'wrap'],
    [/(?<!\p{L})unit tests?(?!\p{L})/iu, 'testsuite'],
    [/(?<!\p{L})photo (?=(?:album|book)s?(?!\p{L}))/iu, 'photo'],
    [/(?<=(?:computer|laptop|pc|phone|tablet|internet|wi-?fi) )is (?:\p{L}+ )?slow(?!\p{L})/iu, 'configure'],
    [
      /(?<!\p{L})set(?:ting)? up(?= .*(?<!\p{L})(?:printer|phone|smartphone|tablet|laptop|computer|router|wi-?fi|server|ci|vpn|backups?)(?!\p{L}))/iu,
      'configure',
    ],
    [
      /^(?:return|exchange|(?:take|bring|send|give) back)(?= .*(?<!\p{L})(?:shop|store|seller|online|refund|bought|ordered|faulty|defective)(?!\p{L}))/iu,
      'refund',
    ],
    [/^(?:get|claim|request) (?:a|my) (?:refund|money back)(?!\p{L})/iu, 'refund'],
    [/(?<!\p{L})(?:job interviews?|interviews?(?= (?:at|for|with) (?:a|an|the)(?!\p{L})))(?!\p{L})/iu, 'jobinterview'],
    [/^prepar(?:e|ing) for (?=.*(?<!\p{L})tests?(?!\p{L}))/iu, 'study '],
    [
      /^(?:clean|tidy|sort|clear|declutter)(?:ing)?(?= .*(?<!\p{L})(?:inbox|photos|files|computer|laptop|desktop)(?!\p{L}))/iu,
      'rearrange',
    ],
    [/^(?:plan|organi[sz]e|schedule)(?= (?:my|our|the) (?:week|day|month|time|life)(?!\p{L}))/iu, 'rearrange'],
  ],
  de: [
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
  ],
  fr: [
    [/(?:sais pas|aucune idée de) (?:quoi|que) (?:lui |leur )?offrir(?!\p{L})/iu, 'cadeau'],
    [/^manger(?= (?:plus|moins|mieux|plus sainement)(?!\p{L}))/iu, 'devenir'],
    [/^prendre(?= .*(?<!\p{L})(?:médicaments?|comprimés|vitamines)(?!\p{L}))/iu, 'réduire'],
    [
      /(?<!\p{L})voisins? (?:trop |très )?bruyants?(?!\p{L})|^(?:mes|nos|les|mon|le) voisins? (?=.*(?<!\p{L})(?:bruit|bruyants?|tapage|réveillent?|dormir)(?!\p{L}))/iu,
      'parler ',
    ],
    [/^(?:on|nous|je|j['’])(?= ?.*(?<!\p{L})ou (?:on|nous|je|j['’]) ?\p{L})/iu, 'décider'],
    [
      /^(?:remplir|compléter)(?= .*(?<!\p{L})(?:formulaires?|questionnaires?|dossier|déclaration|papiers)(?!\p{L}))/iu,
      'déposer',
    ],
    [/(?:ordinateur|portable|téléphone|tablette|internet|wi-?fi) est (?:\p{L}+ )?lente?(?!\p{L})/iu, 'configurer'],
    [/ne (?:marche|fonctionne|démarre|charge|s['’]allume) (?:pas|plus)(?!\p{L})/iu, 'réparer'],
    [/^(?:dois-je|devrais-je|devons-nous|faut-il|est-ce que je (?:dois|devrais))(?!\p{L})/iu, 'décider'],
    [/^(?:lire|passer)(?= (?:plus|moins)(?!\p{L}))/iu, 'devenir'],
    [
      /^j['’]ai besoin d['’](?=une? )(?!.*(?<!\p{L})(?:passeport|carte d['’]identité|permis|visa|rendez-vous|rdv|nounou|babysitter|psy|plombier|appartement|logement|travail|emploi|conseils?|plan|pause)(?!\p{L}))/iu,
      'acheter ',
    ],
    [
      /^il (?:me |nous )?faut (?=une? )(?!.*(?<!\p{L})(?:passeport|carte d['’]identité|permis|visa|rendez-vous|rdv|nounou|babysitter|psy|plombier|appartement|logement|travail|emploi|conseils?|plan|pause)(?!\p{L}))/iu,
      'acheter ',
    ],
    [/^mettre en place(?!\p{L})/iu, 'actualiser'],
    [/(?<!\p{L})tests? (?:automatiques|automatisés|unitaires)(?!\p{L})/iu, 'serveur'],
    [/^rembourser(?= .*(?<!\p{L})(?:prêt|crédit|dettes?|emprunt)(?!\p{L}))/iu, 'payer'],
    [/^(?:faire )?refaire(?= .*(?<!\p{L})(?:carte d['’]identité|passeport|permis)(?!\p{L}))/iu, 'renouveler'],
    [/(?<!\p{L})vide-greniers?(?!\p{L})/iu, 'kermesse'],
    [/machine à laver/iu, 'frigo'],
    [/bases? de données/iu, 'serveur'],
    [/entretiens? d['’]embauche/iu, 'embauche'],
    [
      /^(?:rendre|rapporter|ramener|échanger)(?= .*(?<!\p{L})(?:magasin|boutique|vendeur|commandée?s?|achetée?s?)(?!\p{L}))/iu,
      'retourner',
    ],
    [/^(?:me |se )?faire rembourser(?!\p{L})/iu, 'rembourser'],
    [/^mettre à jour(?!\p{L})/iu, 'actualiser'],
    [/^faire réviser(?!\p{L})/iu, 'réparer'],
    [/^aller chercher(?!\p{L})/iu, 'récupérer'],
    [
      /^(?:trier|ranger|nettoyer)(?= .*(?<!\p{L})(?:photos|fichiers|ordinateur|mails|boîte mail)(?!\p{L}))/iu,
      'refaire',
    ],
    [/^(?:organiser|planifier)(?= (?:ma|mon|notre|la) (?:semaine|journée|temps|mois|vie)(?!\p{L}))/iu, 'refaire'],
  ],
  es: [
    [/^cuidar(?:me)?(?= (?:de )?(?:mi|nuestra) (?:salud|alimentación)(?!\p{L}))/iu, 'ponerme'],
    [/no sé qué regalar(?:le|les)?(?!\p{L})/iu, 'regalo'],
    [/^comer(?= (?:más|menos|mejor|sano)(?!\p{L}))/iu, 'ponerme'],
    [/^tomar(?:me)?(?= .*(?<!\p{L})(?:pastillas?|medicinas?|medicación|vitaminas)(?!\p{L}))/iu, 'reducir'],
    [
      /(?<!\p{L})vecinos? (?:muy )?ruidosos?(?!\p{L})|^(?:mis|nuestros|los|mi|el) vecinos? (?=.*(?<!\p{L})(?:ruidos?|ruidosos?|dormir|despiertan?)(?!\p{L}))/iu,
      'hablar ',
    ],
    [
      /^(?:rellenar|cumplimentar)(?= .*(?<!\p{L})(?:formularios?|cuestionarios?|solicitud|impresos?|papeles)(?!\p{L}))/iu,
      'presentar',
    ],
    [/(?:ordenador|portátil|móvil|tableta|internet|wifi) (?:está|va|es) (?:\p{L}+ )?lent[oa](?!\p{L})/iu, 'configurar'],
    [/no (?:funciona|arranca|enciende|carga)(?!\p{L})/iu, 'reparar'],
    [/^(?:leer|pasar)(?= (?:más|menos)(?!\p{L}))/iu, 'ponerme'],
    [/^llevar (?=(?:el coche|la moto|la bici)(?!\p{L}))/iu, 'pasear '],
    [/^dejar de(?!\p{L})/iu, 'adelgazar'],
    [/^dar(?:me|nos)? de baja(?!\p{L})/iu, 'cancelar'],
    [/^apuntar(?:me|nos|lo|la)? (?=a )/iu, 'inscribir '],
    [/^(?:me|nos) \p{L}{3,20}(?= .*(?<!\p{L})o(?!\p{L}))/iu, 'decidir'],
    [/^devolver(?= .*(?<!\p{L})(?:préstamo|crédito|deudas?)(?!\p{L}))/iu, 'pagar'],
    [/^reservar(?= .*(?<!\p{L})(?:apartamento|casa rural|alojamiento)(?!\p{L}))/iu, 'viajar'],
    [/(?<!\p{L})pruebas (?:automáticas|automatizadas|unitarias)(?!\p{L})/iu, 'servidor'],
    [/(?<=(?<!\p{L})(?:mi|nuestro) )trabajo(?! de(?!\p{L}))/iu, 'empleo'],
    [/(?<!\p{L})como (?:quito|limpio)(?!\p{L})/iu, 'quitar'],
    [/bases? de datos/iu, 'servidor'],
    [/copias? de seguridad/iu, 'respaldo'],
    [/entrevistas? de (?:trabajo|empleo)/iu, 'entrevistalaboral'],
    [/^(?:devolver|cambiar)(?= .*(?<!\p{L})(?:tienda|vendedor|compr\p{L}+|pedí|talla)(?!\p{L}))/iu, 'reembolsar'],
    [/^dejar (?=(?:mi|el) (?:trabajo|empleo|piso|casa)(?!\p{L}))/iu, 'cancelar '],
    [/^¿?(?:debo|debería|deberíamos|debemos)(?!\p{L})/iu, 'decidir'],
    [/^(?:ir a )?(?:recoger|buscar) (?=a |(?:un |el )?paquete)/iu, 'llevar '],
    [/^(?:ordenar|limpiar|clasificar)(?= .*(?<!\p{L})(?:fotos|archivos|ordenador|correo)(?!\p{L}))/iu, 'ensamblar'],
    [
      /^(?:organizar|planificar|planear)(?= (?:mi|nuestra|la|el) (?:semana|día|tiempo|mes|vida)(?!\p{L}))/iu,
      'ensamblar',
    ],
  ],
} satisfies Record<Language, readonly (readonly [RegExp, string])[]>;

/** A device of the household and, not far behind it, what is wrong with it. */
const FAULTS = {
  en: [
    /(?<!\p{L})(?:boiler|heating|heater|fridge|freezer|oven|stove|hob|dishwasher|washing machine|dryer|toilet|shower|tap|sink|drain|door|window|lamp|light|tv|printer|computer|laptop|phone|car|bike|scooter|mower)s?(?!\p{L})[^.!?]{0,40}?(?<!\p{L})(?:noises?|won['’]?t|does(?:n['’]?t| not)|stopped|keeps|leaks?|smells|is stuck|squeaks|drips|clog\p{L}*)(?!\p{L})/iu,
    'repair',
  ],
  de: [
    /(?:heizung|therme|boiler|spüle|waschbecken|badewanne|kühlschrank|gefrierschrank|ofen|herd|spülmaschine|geschirrspüler|waschmaschine|trockner|toilette|klo|klospülung|dusche|wasserhahn|abfluss|tür|fenster|rollladen|lampe|licht|fernseher|drucker|computer|laptop|handy|auto|fahrrad|roller|rasenmäher|kaffeemaschine|staubsauger)(?!\p{L})[^.!?]{0,40}?(?<!\p{L})(?:nicht(?: mehr| richtig)?(?: ab| an| auf| aus| ein| zu)?$|geräusche?|quietscht|klemmt|tropft|leckt|brummt|stinkt|spinnt|flackert|verstopft|ist hin)(?!\p{L})/iu,
    'reparieren',
  ],
  fr: [
    /(?<!\p{L})(?:chaudière|chauffage|radiateur|frigo|réfrigérateur|congélateur|four|plaque|lave-vaisselle|lave-linge|machine à laver|toilettes|douche|robinet|évier|lavabo|baignoire|porte|fenêtre|volet|lampe|télé|imprimante|ordinateur|téléphone|voiture|vélo|tondeuse)s?(?!\p{L})[^.!?]{0,40}?(?<!\p{L})(?:bruits?|ne \p{L}{2,15} (?:pas|plus)|n['’]\p{L}{2,15} (?:pas|plus)|grince|coule|bouchée?s?|sent mauvais|est coincée?)(?!\p{L})/iu,
    'réparer',
  ],
  es: [
    /(?<!\p{L})(?:caldera|calefacción|radiador|nevera|frigorífico|congelador|horno|placa|lavavajillas|lavadora|secadora|váter|ducha|grifo|fregadero|lavabo|bañera|puerta|ventana|persiana|lámpara|tele|impresora|ordenador|móvil|coche|bici|moto|cortacésped)s?(?!\p{L})[^.!?]{0,40}?(?<!\p{L})(?:ruidos?|no (?:cierra|abre|frena|calienta|enfría|desagua|centrifuga|imprime|va)|chirría|gotea|huele mal|se ha atascado|atascad[oa])(?!\p{L})/iu,
    'reparar',
  ],
} satisfies Record<Language, readonly [RegExp, string]>;

/** What somebody does not want, or does without, and what another does not do: its verb says nothing about the task. */
const UNWANTED = {
  en: /(?<!\p{L})(?:(?:do not|don['’]?t) (?:want|wish|have|need) to|without) \p{L}{2,20}(?!\p{L})|(?<!\p{L})(?:won['’]?t|does(?:n['’]?t| not)|did(?:n['’]?t| not)|will not|never) (?:answer|reply|respond|call|write)s?(?!\p{L})|(?<!\p{L})(?:hate|dislike)s? \p{L}{2,20}ing(?!\p{L})/giu,
  de: /(?<!\p{L})(?:ohne (?:\p{L}{1,20} ){0,3}zu \p{L}{2,20}|(?:antwortet|reagiert) nicht|gehe?n?t? (?:mir|uns) auf die nerven)(?!\p{L})/giu,
  fr: /(?<!\p{L})(?:sans (?:(?:me|se|le|la|les) )?\p{L}{1,20}(?:er|ir|re)|ne répond (?:pas|plus)|ne rappelle (?:pas|plus))(?!\p{L})/giu,
  es: /(?<!\p{L})(?:(?:sin|no (?:quiero|queremos)) \p{L}{1,20}[aei]r(?:me|nos|se|lo|la)?|no (?:responde|contesta|llama))(?!\p{L})/giu,
} satisfies Record<Language, RegExp>;

/** The text with a single word of the lexicon in the place of each such turn, and without what is not wanted. */
export function withPlainVerbs(text: string, language: Language): string {
  const [fault, repair] = FAULTS[language];
  const wanted = text.replace(UNWANTED[language], ' ');
  const told = fault.test(wanted) ? `${repair} ${wanted}` : wanted;
  return PHRASES[language].reduce((result, [phrase, word]) => result.replace(phrase, word), told);
}
