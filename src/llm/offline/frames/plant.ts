import type { Frame } from './frame.js';
import { core, group, leaf } from './frame.js';

export const PLANT: Frame = [
  group(
    {
      en: 'Look at the place and the plants: “{deliverable}”',
      de: 'Den Ort und die Pflanzen ansehen: „{deliverable}“',
      fr: 'Regarder l’emplacement et les plantes : « {deliverable} »',
      es: 'Mirar el lugar y las plantas: «{deliverable}»',
    },
    [
      leaf(10, {
        en: 'See how much sun, room and water there is',
        de: 'Schauen, wie viel Sonne, Platz und Wasser es gibt',
        fr: 'Voir combien il y a de soleil, de place et d’eau',
        es: 'Ver cuánto sol, espacio y agua hay',
      }),
      leaf(15, {
        en: 'Look up what it needs and the right time for it',
        de: 'Nachlesen, was gebraucht wird und wann die richtige Zeit ist',
        fr: 'Chercher ce dont la plante a besoin et la bonne période',
        es: 'Consultar qué necesita la planta y cuál es la época adecuada',
      }),
    ],
  ),
  group(
    {
      en: 'Get together what is missing',
      de: 'Besorgen, was fehlt',
      fr: 'Se procurer ce qui manque',
      es: 'Conseguir lo que falte',
    },
    [
      leaf(10, {
        en: 'Check tools, pots and soil at home',
        de: 'Werkzeug, Gefäße und Erde zu Hause prüfen',
        fr: 'Vérifier outils, pots et terre à la maison',
        es: 'Revisar herramientas, macetas y tierra en casa',
      }),
      leaf(30, {
        en: 'Get the rest: suitable soil, and plants or seeds if needed',
        de: 'Den Rest besorgen: passende Erde, bei Bedarf Pflanzen oder Samen',
        fr: 'Se procurer le reste : terre adaptée, plants ou graines au besoin',
        es: 'Conseguir el resto: tierra adecuada y, si hacen falta, plantas o semillas',
      }),
    ],
  ),
  group(
    {
      en: 'Prepare the ground or the pots',
      de: 'Boden oder Gefäße vorbereiten',
      fr: 'Préparer le sol ou les pots',
      es: 'Preparar la tierra o las macetas',
    },
    [
      leaf(20, {
        en: 'Clear away what is in the way and loosen the soil',
        de: 'Störendes entfernen und die Erde lockern',
        fr: 'Enlever ce qui gêne et ameublir la terre',
        es: 'Quitar lo que estorbe y soltar la tierra',
      }),
      leaf(5, {
        en: 'See that water can drain off',
        de: 'Darauf achten, dass Wasser ablaufen kann',
        fr: 'S’assurer que l’eau peut s’écouler',
        es: 'Asegurarse de que el agua pueda escurrir',
      }),
    ],
  ),
  core({ en: 'Put it into the soil', de: 'In die Erde bringen', fr: 'Mettre en terre', es: 'Ponerlo en la tierra' }, [
    group({ en: 'Plant or sow', de: 'Pflanzen oder säen', fr: 'Planter ou semer', es: 'Plantar o sembrar' }, [
      leaf(10, {
        en: 'Mark the distances',
        de: 'Abstände festlegen',
        fr: 'Marquer les distances',
        es: 'Marcar las distancias',
      }),
      leaf(25, {
        en: 'Set plants or seeds at the right depth',
        de: 'Pflanzen oder Samen in der richtigen Tiefe einsetzen',
        fr: 'Placer plants ou graines à la bonne profondeur',
        es: 'Colocar plantas o semillas a la profundidad adecuada',
      }),
    ]),
    leaf(10, {
      en: 'Press the soil lightly and water it',
      de: 'Die Erde leicht andrücken und angießen',
      fr: 'Tasser légèrement la terre et arroser',
      es: 'Apretar un poco la tierra y regar',
    }),
  ]),
  group(
    {
      en: 'Look after it in the weeks that follow',
      de: 'In den Wochen danach pflegen',
      fr: 'S’en occuper les semaines suivantes',
      es: 'Cuidarlo en las semanas siguientes',
    },
    [
      leaf(5, {
        en: 'Settle who waters it and when',
        de: 'Festlegen, wer wann gießt',
        fr: 'Décider qui arrose et quand',
        es: 'Decidir quién riega y cuándo',
      }),
      leaf(10, {
        en: 'Check for growth, pests and frost',
        de: 'Auf Wachstum, Schädlinge und Frost achten',
        fr: 'Surveiller la croissance, les parasites et le gel',
        es: 'Vigilar el crecimiento, las plagas y las heladas',
      }),
    ],
  ),
];
