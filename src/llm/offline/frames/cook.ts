import type { Frame } from './frame.js';
import { core, group, leaf } from './frame.js';

export const COOK: Frame = [
  group(
    {
      en: 'Choose the recipe and the amount: “{deliverable}”',
      de: 'Rezept und Menge festlegen: „{deliverable}“',
      fr: 'Choisir la recette et les quantités : « {deliverable} »',
      es: 'Elegir la receta y las cantidades: «{deliverable}»',
    },
    [
      leaf(10, {
        en: 'Ask who eats along, and about allergies and dislikes',
        de: 'Klären, wer mitisst und was nicht vertragen wird',
        fr: 'Demander qui mange, les allergies et ce qui ne plaît pas',
        es: 'Preguntar quién come, alergias y gustos',
      }),
      leaf(10, {
        en: 'Pick a recipe and adjust the amounts',
        de: 'Rezept aussuchen und Mengen anpassen',
        fr: 'Choisir une recette et adapter les quantités',
        es: 'Elegir una receta y adaptar las cantidades',
      }),
    ],
  ),
  group(
    {
      en: 'Get the ingredients',
      de: 'Zutaten besorgen',
      fr: 'Se procurer les ingrédients',
      es: 'Conseguir los ingredientes',
    },
    [
      leaf(5, {
        en: 'Check what is in the house',
        de: 'Nachsehen, was noch da ist',
        fr: 'Vérifier ce qu’il y a déjà',
        es: 'Mirar qué hay en casa',
      }),
      leaf(35, {
        en: 'Buy what is missing',
        de: 'Einkaufen, was fehlt',
        fr: 'Acheter ce qui manque',
        es: 'Comprar lo que falte',
      }),
    ],
  ),
  group(
    {
      en: 'Prepare the ingredients and the kitchen',
      de: 'Zutaten und Küche vorbereiten',
      fr: 'Préparer les ingrédients et la cuisine',
      es: 'Preparar los ingredientes y la cocina',
    },
    [
      leaf(5, {
        en: 'Work out backwards when to start',
        de: 'Vom Essenszeitpunkt rückwärts rechnen, wann es losgeht',
        fr: 'Calculer à rebours l’heure de départ',
        es: 'Calcular hacia atrás cuándo empezar',
      }),
      leaf(20, {
        en: 'Wash, weigh, cut and set out everything',
        de: 'Alles waschen, abwiegen, schneiden und bereitstellen',
        fr: 'Laver, peser, couper et tout disposer',
        es: 'Lavar, pesar, cortar y tenerlo todo a mano',
      }),
    ],
  ),
  core({ en: 'Cook or bake', de: 'Kochen oder backen', fr: 'Cuire', es: 'Cocinar u hornear' }, [
    group(
      {
        en: 'Follow the recipe step by step',
        de: 'Dem Rezept Schritt für Schritt folgen',
        fr: 'Suivre la recette étape par étape',
        es: 'Seguir la receta paso a paso',
      },
      [
        leaf(15, {
          en: 'Begin with what takes longest or must cool',
          de: 'Mit dem beginnen, was am längsten dauert oder abkühlen muss',
          fr: 'Commencer par ce qui prend le plus de temps ou doit refroidir',
          es: 'Empezar por lo que más tarda o debe enfriarse',
        }),
        leaf(35, {
          en: 'Do the rest and keep an eye on the times',
          de: 'Den Rest zubereiten und die Zeiten im Blick behalten',
          fr: 'Faire le reste en surveillant les temps',
          es: 'Hacer el resto vigilando los tiempos',
        }),
      ],
    ),
    leaf(5, {
      en: 'Taste or test, and season',
      de: 'Abschmecken oder Garprobe machen',
      fr: 'Goûter ou vérifier la cuisson, assaisonner',
      es: 'Probar o comprobar el punto y sazonar',
    }),
  ]),
  group({ en: 'Serve and clear up', de: 'Servieren und aufräumen', fr: 'Servir et ranger', es: 'Servir y recoger' }, [
    leaf(10, {
      en: 'Set the table or pack the food for the way',
      de: 'Tisch decken oder das Essen transportfertig verpacken',
      fr: 'Mettre la table ou emballer pour le transport',
      es: 'Poner la mesa o preparar la comida para llevar',
    }),
    leaf(20, {
      en: 'Wash up and put leftovers away',
      de: 'Abwaschen und Reste versorgen',
      fr: 'Faire la vaisselle et conserver les restes',
      es: 'Fregar y guardar las sobras',
    }),
  ]),
];
