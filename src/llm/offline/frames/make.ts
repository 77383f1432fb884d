import type { Frame } from './frame.js';
import { core, group, leaf } from './frame.js';

export const MAKE: Frame = [
  group(
    {
      en: 'Settle what it should be in the end: “{deliverable}”',
      de: 'Festlegen, was am Ende da sein soll: „{deliverable}“',
      fr: 'Définir le résultat voulu : « {deliverable} »',
      es: 'Definir el resultado que se busca: «{deliverable}»',
    },
    [
      leaf(15, {
        en: 'Describe the finished result in three sentences',
        de: 'Das fertige Ergebnis in drei Sätzen beschreiben',
        fr: 'Décrire le résultat fini en trois phrases',
        es: 'Describir el resultado final en tres frases',
      }),
      leaf(10, {
        en: 'Part what it must have from what would be nice',
        de: 'Trennen, was sein muss und was nur schön wäre',
        fr: 'Séparer l’indispensable du souhaitable',
        es: 'Separar lo imprescindible de lo deseable',
      }),
    ],
  ),
  group(
    {
      en: 'Make a sketch and a list of what is needed',
      de: 'Skizze und Bedarfsliste machen',
      fr: 'Faire un croquis et la liste du nécessaire',
      es: 'Hacer un boceto y una lista de lo necesario',
    },
    [
      leaf(25, {
        en: 'Sketch it, with measures or main parts',
        de: 'Skizze anfertigen, mit Maßen oder Hauptteilen',
        fr: 'Faire un croquis avec les mesures ou les parties principales',
        es: 'Hacer un boceto con medidas o partes principales',
      }),
      leaf(15, {
        en: 'List material, tools and help, with a rough cost',
        de: 'Material, Werkzeug und Hilfe auflisten, mit grober Kostenschätzung',
        fr: 'Lister matériel, outils et aide, avec un coût approximatif',
        es: 'Anotar material, herramientas y ayuda, con un coste aproximado',
      }),
      leaf(40, {
        en: 'Get what is missing',
        de: 'Besorgen, was fehlt',
        fr: 'Se procurer ce qui manque',
        es: 'Conseguir lo que falte',
      }),
    ],
  ),
  core(
    {
      en: 'Build a first version',
      de: 'Eine erste Fassung bauen',
      fr: 'Réaliser une première version',
      es: 'Hacer una primera versión',
    },
    [
      group(
        {
          en: 'Make the core part first',
          de: 'Zuerst den Kern anfertigen',
          fr: 'Commencer par la partie essentielle',
          es: 'Empezar por la parte esencial',
        },
        [
          leaf(20, {
            en: 'Prepare the place to work and lay out the parts',
            de: 'Arbeitsplatz einrichten und Teile bereitlegen',
            fr: 'Préparer l’espace de travail et les éléments',
            es: 'Preparar el lugar de trabajo y las piezas',
          }),
          leaf(60, {
            en: 'Do the hardest piece while there is time to change it',
            de: 'Das schwierigste Stück angehen, solange es sich noch ändern lässt',
            fr: 'Faire le plus difficile tant qu’on peut encore changer',
            es: 'Hacer lo más difícil mientras aún se pueda cambiar',
          }),
        ],
      ),
      leaf(60, {
        en: 'Add the remaining parts',
        de: 'Die übrigen Teile ergänzen',
        fr: 'Ajouter les autres parties',
        es: 'Añadir las demás partes',
      }),
    ],
  ),
  group(
    {
      en: 'Try it out and improve it',
      de: 'Ausprobieren und nachbessern',
      fr: 'Essayer et améliorer',
      es: 'Probarlo y mejorarlo',
    },
    [
      leaf(20, {
        en: 'Test it the way it will be used',
        de: 'So testen, wie es benutzt werden soll',
        fr: 'Le tester dans les conditions d’usage',
        es: 'Probarlo tal como se va a usar',
      }),
      leaf(30, {
        en: 'Correct what does not work or look right',
        de: 'Korrigieren, was nicht funktioniert oder nicht passt',
        fr: 'Corriger ce qui ne marche pas ou ne convient pas',
        es: 'Corregir lo que no funcione o no encaje',
      }),
    ],
  ),
  group(
    {
      en: 'Finish it and put it to use',
      de: 'Fertigstellen und in Gebrauch nehmen',
      fr: 'Terminer et mettre en service',
      es: 'Terminarlo y ponerlo en uso',
    },
    [
      leaf(20, {
        en: 'Do the finishing touches',
        de: 'Den letzten Schliff geben',
        fr: 'Faire les finitions',
        es: 'Dar los últimos retoques',
      }),
      leaf(10, {
        en: 'Hand it over, show it or start to use it',
        de: 'Übergeben, vorzeigen oder selbst benutzen',
        fr: 'Le remettre, le montrer ou commencer à s’en servir',
        es: 'Entregarlo, enseñarlo o empezar a usarlo',
      }),
    ],
  ),
];
