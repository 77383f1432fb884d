import type { Frame } from './frame.js';
import { core, group, leaf } from './frame.js';

export const CHORE: Frame = [
  group(
    {
      en: 'Choose a time for it: “{deliverable}”',
      de: 'Einen Zeitpunkt wählen: „{deliverable}“',
      fr: 'Choisir un moment : « {deliverable} »',
      es: 'Elegir un momento: «{deliverable}»',
    },
    [
      leaf(5, {
        en: 'Look at weather, opening hours and other dates',
        de: 'Wetter, Öffnungszeiten und andere Termine beachten',
        fr: 'Tenir compte de la météo, des horaires et des autres rendez-vous',
        es: 'Tener en cuenta el tiempo, los horarios y otras citas',
      }),
      leaf(5, {
        en: 'Settle who does it',
        de: 'Klären, wer es übernimmt',
        fr: 'Décider qui s’en charge',
        es: 'Decidir quién se encarga',
      }),
    ],
  ),
  group(
    {
      en: 'Get ready what it takes',
      de: 'Bereitlegen, was dafür nötig ist',
      fr: 'Préparer ce qu’il faut',
      es: 'Preparar lo que hace falta',
    },
    [
      leaf(5, {
        en: 'Fetch the things that are needed',
        de: 'Die nötigen Sachen holen',
        fr: 'Prendre le matériel nécessaire',
        es: 'Coger las cosas necesarias',
      }),
      leaf(5, {
        en: 'Clear hindrances out of the way',
        de: 'Hindernisse aus dem Weg räumen',
        fr: 'Écarter ce qui gêne',
        es: 'Quitar lo que estorbe',
      }),
    ],
  ),
  core(
    {
      en: 'Do it in one go',
      de: 'In einem Zug erledigen',
      fr: 'Le faire d’une seule traite',
      es: 'Hacerlo de una vez',
    },
    [
      group(
        {
          en: 'Begin with the part that matters most',
          de: 'Mit dem wichtigsten Teil beginnen',
          fr: 'Commencer par le plus important',
          es: 'Empezar por lo más importante',
        },
        [
          leaf(5, {
            en: 'Do first what cannot wait',
            de: 'Zuerst tun, was nicht warten kann',
            fr: 'Faire d’abord ce qui ne peut pas attendre',
            es: 'Hacer primero lo que no puede esperar',
          }),
          leaf(10, {
            en: 'Then go on in a fixed order',
            de: 'Dann in fester Reihenfolge weitermachen',
            fr: 'Continuer dans un ordre fixe',
            es: 'Seguir después en un orden fijo',
          }),
        ],
      ),
      leaf(10, { en: 'Finish the rest', de: 'Den Rest fertig machen', fr: 'Finir le reste', es: 'Terminar el resto' }),
    ],
  ),
  group(
    {
      en: 'Check that nothing was left out',
      de: 'Prüfen, ob nichts vergessen wurde',
      fr: 'Vérifier que rien n’a été oublié',
      es: 'Comprobar que no se ha olvidado nada',
    },
    [
      leaf(5, {
        en: 'Look over it once',
        de: 'Einmal darüberschauen',
        fr: 'Jeter un dernier coup d’œil',
        es: 'Echar un último vistazo',
      }),
    ],
  ),
  group(
    {
      en: 'Put things away and note the next time',
      de: 'Alles wegräumen und das nächste Mal notieren',
      fr: 'Ranger et noter la prochaine fois',
      es: 'Guardar las cosas y anotar la próxima vez',
    },
    [
      leaf(5, {
        en: 'Put everything back in its place',
        de: 'Alles an seinen Platz zurückbringen',
        fr: 'Tout remettre à sa place',
        es: 'Dejarlo todo en su sitio',
      }),
      leaf(5, {
        en: 'If it comes again, set a reminder',
        de: 'Falls es wiederkehrt, eine Erinnerung setzen',
        fr: 'Si cela revient, mettre un rappel',
        es: 'Si se repite, poner un recordatorio',
      }),
    ],
  ),
];
