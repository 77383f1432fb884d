import type { Phrase } from './phrase.js';

export const FR_PHRASES: readonly Phrase[] = [
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
  [/^(?:trier|ranger|nettoyer)(?= .*(?<!\p{L})(?:photos|fichiers|ordinateur|mails|boîte mail)(?!\p{L}))/iu, 'refaire'],
  [/^(?:organiser|planifier)(?= (?:ma|mon|notre|la) (?:semaine|journée|temps|mois|vie)(?!\p{L}))/iu, 'refaire'],
];
