import type { Lexicon } from './task-kind.js';

export const FR: Lexicon = {
  write: {
    verbs: 'ecri* redig* redaction traduir* resum* corrig*',
    things:
      'dissertation rapport article histoire roman chapitre discours presentation expose cv memoire these rendu poeme texte newsletter synthese',
  },
  make: {
    verbs:
      'constru* fabriqu* coudre tricot* bricol* concevoir develop* programmer creer cree creation dessiner enregistrer tourner amenager',
    things: 'site application prototype video logo cabane costume jeu etagere album potager meuble',
  },
  venture: {
    verbs: 'fonder',
    things: 'entreprise startup podcast blog boutique chaine cafe association',
    hints: 'lancer ouvrir commencer',
  },
  cook: {
    verbs: 'cuisin* cuire mijot*',
    things:
      'diner dejeuner repas recette gateau pain soupe brunch menu tarte barbecue crepes apero buffet petit-dejeuner',
  },
  buy: {
    verbs: 'achet* achat* command* acquerir',
    things: 'cadeau cadeaux ordinateur telephone frigo matelas canape',
    hints: 'besoin',
  },
  shop: { things: 'courses supermarche marche' },
  sell: { verbs: 'vendre vends vendu revend* vente', things: 'leboncoin brocante annonce vinted' },
  fix: {
    verbs: 'repar* remplac* depann* deboucher colmater rafistol* resoudre',
    things:
      'fuite fuit casse cassee panne bouche bouchee defaut degat crevee creve perce percee abime moisissure moisi',
  },
  organise: {
    verbs: 'organis* marier celebr* feter coordonn* accueillir',
    things:
      'fete mariage evenement reunion atelier conference anniversaire noel festival obseques bapteme pique soiree seminaire kermesse ceremonie concert tournoi retrouvailles depart',
    hints: 'prepar* planifi*',
  },
  learn: {
    verbs: 'appren* etudi* revis* memoris* enseign*',
    things:
      'examen cours vocabulaire guitare piano echecs natation langue espagnol anglais allemand italien japonais python programmation concours',
    hints: 'compren* amelior* dresser',
  },
  decide: { verbs: 'decid* chois* compar* evalu*', things: 'decision choix plutot' },
  contact: {
    verbs:
      'appel* telephon* contact* demander invit* remerci* prevenir repondre negoci* reclamer excuser informer parler relancer',
    things:
      'mail courriel email lettre message rdv rendez dentiste medecin veterinaire plainte reclamation proprietaire augmentation entretien coiffeur vaccin vaccins vaccination',
    hints: 'envoy* reserv*',
  },
  clean: {
    verbs: 'nettoy* rang* balay* aspir* tri trier desencombr* depoussier* detartr* vider enlever detacher',
    things: 'menage tache taches desordre',
  },
  travel: {
    verbs: 'voyag* visit* partir randonn* camper',
    things:
      'voyage vacances vol hotel sejour itineraire week weekend excursion road lune camping gite hebergement escapade croisiere avion train',
  },
  admin: {
    verbs: 'inscri* resili* renouvel* deposer assurer declar* immatricul* annuler candidater souscri*',
    things:
      'passeport visa assurance impot impots formulaire abonnement contrat permis compte retraite carte caf dossier mutuelle testament divorce',
  },
  pay: { verbs: 'payer paie', things: 'facture factures' },
  habit: {
    verbs: 'arret* economis* perdre reduire maigr* lever coucher mediter epargn* courir dormir',
    things:
      'yoga pilates poids forme habitude marathon regime fumer routine sante kilos kg sommeil stress semi sport budget depenses finances',
    hints: 'amelior* devenir boire',
  },
  find: {
    verbs: 'trouv* cherch*',
    things: 'nounou colocataire plombier babysitter creche appartement psychologue',
  },
  research: { verbs: 'recherch* analys*', things: 'sondage' },
  technical: {
    verbs: 'deployer migrer refactoriser configur* debogu* parametrer sauvegarder',
    things: 'serveur serveurs api depot bug bugs backend routeur wifi sauvegarde',
  },
  giveBack: { verbs: 'rembours* retourner' },
  interview: { things: 'embauche' },
  chore: {
    verbs: 'arroser nourrir promener tondre imprimer emprunter preter lav* repass* emballer',
    things: 'ampoule draps lessive vaisselle linge valise valises',
    hints: 'mettre apporter sortir verifier lire couper rendre livrer recuperer charger donner ramener',
  },
  general: {
    verbs:
      'monter installer assembler renover repeindre refaire louer garder adopter surprendre soigner decorer debarrasser quitter poser rempot* semer elagu* desherb* occuper soulag*',
    things: 'cuisine devoirs',
    hints:
      'faire fais finir terminer actualiser demenag* aider ouvrir fermer porter passer aller deplacer recoudre tailler regler changer planter peindre',
  },
};
