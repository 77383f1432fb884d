import type { Lexicon } from './task-kind.js';

export const DE: Lexicon = {
  write: {
    verbs: 'schreib* verfass* ubersetz* formulier* redigier* zusammenfass* entwerf* uberarbeit*',
    things:
      'angebot aufsatz bericht artikel geschichte roman kapitel rede prasentation vortrag lebenslauf masterarbeit bachelorarbeit hausarbeit facharbeit doktorarbeit referat protokoll gedicht newsletter text konzept trauerrede hochzeitsrede auflage manuskript',
  },
  make: {
    verbs:
      'bastel* strick* hakel* gestalt* entwickel* programmier* erstell* konstruier* drehen aufnehm* anleg* bauen baue nahen',
    things:
      'website webseite homepage app prototyp video logo hochbeet baumhaus kostum spiel regal fotobuch fotoalbum vogelhaus gemusebeet',
  },
  venture: {
    verbs: 'grunden grunde grundung selbststandig selbstandig',
    things: 'firma unternehmen startup podcast blog onlineshop cafe verein',
    hints: 'start* eroffnen',
  },
  cook: {
    verbs: 'koch* backen backe grill* zubereit*',
    things:
      'abendessen mittagessen fruhstuck essen rezept kuchen torte brot suppe brunch menu geburtstagskuchen platzchen weihnachtsessen sandwiches salat pizza muffins kekse pfannkuchen buffet',
  },
  buy: {
    verbs: 'kauf* bestell* anschaff* besorg*',
    things: 'geschenk geschenke laptop handy drucker kuhlschrank matratze sofa weihnachtsgeschenke',
    hints: 'hol* brauch*',
  },
  shop: { verbs: 'einkauf*', things: 'einkauf einkaufe lebensmittel supermarkt wocheneinkauf' },
  sell: { verbs: 'verkauf* versteiger* spenden spende', things: 'ebay kleinanzeigen flohmarkt inserat' },
  fix: {
    verbs: 'reparier* flick* austausch* ersetz* beheb* entstopf* abdicht* ausbesser* instandsetz*',
    things: 'reparatur kaputt* defekt* tropf* undicht* schimmel verstopf* fehler wasserschaden platten riss wackel*',
  },
  organise: {
    verbs: 'organisier* heirat* veranstalt* ausricht* feier* koordinier*',
    things:
      'party hochzeit fest feier veranstaltung treffen besprechung meeting workshop konferenz geburtstag kindergeburtstag weihnachten sommerfest taufe beerdigung jubilaum klassentreffen picknick abschied abschiedsfeier einschulung flohmarktstand elternabend weihnachtsfeier muttertag vatertag valentinstag hochzeitstag konzert turnier polterabend',
    hints: 'plan plane planen plant planst planung vorbereitung vorbereit* vorzubereiten',
  },
  learn: {
    verbs: 'lern* studier* paukt pauk* auswendig uben ubung* beibring*',
    things:
      'prufung klausur kurs vokabeln gitarre klavier schach schwimmen sprache spanisch franzosisch englisch italienisch japanisch python programmieren fahrstunden',
    hints: 'versteh* verbesser* erzieh*',
  },
  decide: {
    verbs: 'entscheid* wahl* auswahl* vergleich* abwag* ob',
    things: 'entscheidung alternative',
  },
  contact: {
    verbs:
      'anruf* ruf telefonier* frag* einlad* bedank* kontaktier* beschwer* entschuldig* verhandel* mitteil* nachfrag* informier* antwort* vereinbar* reklamier* besprech* reden sprech* erinner*',
    things:
      'mail email brief nachricht termin arzttermin zahnarzt* arzt tierarzt beschwerde gesprach vermieter einladung gehaltserhohung friseur* interview impfung impftermin',
    hints: 'schick* send* buch*',
  },
  clean: {
    verbs:
      'putz* aufraum* raum* aufzuraum* ausmist* entrumpel* staubsaug* saug* wisch* sortier* reinig* entkalk* fegen',
    things: 'schreibtisch fleck flecken unordnung ordnung hausputz fruhjahrsputz',
  },
  travel: {
    verbs: 'reis* verreis* besuch* flieg* wander* zelt*',
    things:
      'reise urlaub ferien flug hotel wochenendtrip ausflug radtour kurztrip rundreise stadtetrip flitterwochen ferienwohnung ferienhaus unterkunft camping trip wanderung zoo tierpark freizeitpark klassenfahrt',
  },
  admin: {
    verbs:
      'beantrag* anmeld* abmeld* ummeld* verlanger* kundig* einreich* versicher* registrier* bewerb* ausfull* auszufull*',
    things:
      'testament patientenverfugung vollmacht widerspruch steuerbescheid ummeldung anmeldung abmeldung kundigung scheidung reisepass pass personalausweis visum versicherung steuer antrag formular abo mitgliedschaft vertrag genehmigung fuhrerschein konto rente elterngeld kindergeld kfz stromanbieter krankenkasse',
  },
  pay: { verbs: 'bezahl* zahl* uberweis* abbezahl* abzahl* zuruckzahl* tilg*', things: 'rechnung rechnungen mahnung' },
  habit: {
    verbs: 'abnehm* aufhor* sparen spare reduzier* trainier* meditier* jogg* schlafen',
    things:
      'yoga pilates gewicht fitness gewohnheit marathon diat rauchen routine fit fitter gesund gesunder kilo kg schlaf stress halbmarathon sport haushaltsbuch haushaltsplan haushaltsbudget ausgaben finanzen',
    hints: 'lauf* werden trink*',
  },
  find: {
    verbs: 'suchen suche sucht finde finden',
    things:
      'babysitter mitbewohner* nachhilfelehrer tagesmutter handwerker kita kitaplatz pflegeplatz pflegeheim wohnungssuche therapeut*',
  },
  research: { verbs: 'recherchier* herausfind* herauszufind* erforsch* untersuch*', things: 'umfrage' },
  technical: {
    verbs: 'konfigurier* deploy* migrier* refaktorier* refactor* debugg* upgrad*',
    things: 'server datenbank api repository bug bugs backend frontend modul router wlan datensicherung unittests',
  },
  giveBack: { verbs: 'umtausch* zuruckschick* zurucksend* retournier*' },
  interview: { things: 'vorstellungsgesprach bewerbungsgesprach' },
  chore: {
    verbs: 'futter* giess* mah* druck* leih* ausleih* wasch* bugel* spul* einpack* auspack* verpack* ausraum* einraum*',
    things: 'gluhbirne gluhlampe wasche abwasch geschirr koffer',
    hints: 'vergessen bring* mitnehm* abhol* pack* prufen schneid* zuruckgeb* aufhang* abgeb* geh* gassi fahr*',
  },
  general: {
    things: 'schmerzen hausaufgaben wechsel waschmaschine spulmaschine nahmaschine winterfest',
    verbs:
      'aufbau* zusammenbau* montier* installier* einricht* renovier* sanier* tapezier* mieten pfleg* uberrasch* adoptier* betreu* anschliess* entluft* bepflanz* erneuer* umgrab* umtopf* schmuck* dekorier*',
    hints:
      'entfern* erledig* fertigstell* fertigzustell* umzieh* helf* lesen lies vorlesen geb* offn* aktualisier* messen teil* nehm* mach* wechsel* stellen legen pflanz* streich* bemal*',
  },
};
