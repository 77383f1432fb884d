import type { Frame } from './frame.js';
import { core, group, leaf } from './frame.js';

export const CLEAN: Frame = [
  group(
    {
      en: 'Set the scope and the time for it: “{deliverable}”',
      de: 'Umfang und Zeit festlegen: „{deliverable}“',
      fr: 'Définir l’étendue et le temps prévu : « {deliverable} »',
      es: 'Fijar el alcance y el tiempo: «{deliverable}»',
    },
    [
      leaf(5, {
        en: 'Walk through once and note what bothers most',
        de: 'Einmal durchgehen und notieren, was am meisten stört',
        fr: 'Faire un tour et noter ce qui gêne le plus',
        es: 'Dar una vuelta y anotar lo que más molesta',
      }),
      leaf(5, {
        en: 'Choose a part that can be finished today',
        de: 'Einen Teil wählen, der heute fertig wird',
        fr: 'Choisir une partie faisable aujourd’hui',
        es: 'Elegir una parte que se pueda acabar hoy',
      }),
    ],
  ),
  group(
    {
      en: 'Get the supplies and clear the way',
      de: 'Mittel bereitstellen und Platz schaffen',
      fr: 'Préparer le matériel et faire de la place',
      es: 'Preparar los útiles y despejar',
    },
    [
      leaf(10, {
        en: 'Get cleaning things, bags and boxes',
        de: 'Putzmittel, Beutel und Kisten holen',
        fr: 'Prendre produits, sacs et cartons',
        es: 'Coger productos, bolsas y cajas',
      }),
      leaf(15, {
        en: 'Put away what lies around',
        de: 'Wegräumen, was herumliegt',
        fr: 'Ranger ce qui traîne',
        es: 'Guardar lo que esté por medio',
      }),
    ],
  ),
  group(
    {
      en: 'Sort out what can go',
      de: 'Aussortieren, was weg kann',
      fr: 'Trier ce qui peut partir',
      es: 'Separar lo que sobra',
    },
    [
      leaf(20, {
        en: 'Make three piles: keep, give away, throw away',
        de: 'Drei Stapel machen: behalten, weggeben, wegwerfen',
        fr: 'Faire trois tas : garder, donner, jeter',
        es: 'Hacer tres montones: guardar, dar, tirar',
      }),
      leaf(10, {
        en: 'Take out rubbish and what is given away',
        de: 'Müll und Abgelegtes hinausbringen',
        fr: 'Sortir les déchets et les dons',
        es: 'Sacar la basura y lo que se regala',
      }),
    ],
  ),
  core(
    {
      en: 'Clean from top to bottom',
      de: 'Von oben nach unten putzen',
      fr: 'Nettoyer de haut en bas',
      es: 'Limpiar de arriba abajo',
    },
    [
      group(
        { en: 'Do the surfaces', de: 'Die Flächen reinigen', fr: 'Faire les surfaces', es: 'Hacer las superficies' },
        [
          leaf(10, {
            en: 'Let the cleaner work where dirt sticks',
            de: 'Hartnäckiges einweichen',
            fr: 'Laisser agir le produit là où c’est incrusté',
            es: 'Dejar actuar el producto donde haya suciedad pegada',
          }),
          leaf(20, {
            en: 'Dust and wipe',
            de: 'Abstauben und abwischen',
            fr: 'Dépoussiérer et essuyer',
            es: 'Quitar el polvo y pasar un paño',
          }),
        ],
      ),
      leaf(15, {
        en: 'Finish with the floor or the lower parts',
        de: 'Mit Boden oder unteren Teilen abschließen',
        fr: 'Finir par le sol ou le bas',
        es: 'Terminar por el suelo o las partes bajas',
      }),
    ],
  ),
  group(
    {
      en: 'Put back in order and keep it so',
      de: 'Einräumen und Ordnung halten',
      fr: 'Remettre en place et garder l’ordre',
      es: 'Colocarlo todo y mantenerlo',
    },
    [
      leaf(10, {
        en: 'Give everything a fixed place',
        de: 'Allem einen festen Platz geben',
        fr: 'Donner une place fixe à chaque chose',
        es: 'Dar a cada cosa un lugar fijo',
      }),
      leaf(5, {
        en: 'Choose a day for the next round',
        de: 'Einen Tag für die nächste Runde wählen',
        fr: 'Choisir un jour pour la prochaine fois',
        es: 'Elegir un día para la próxima vez',
      }),
    ],
  ),
];
