import type { Frame } from './frame.js';
import { core, group, leaf } from './frame.js';

export const WASH: Frame = [
  group(
    {
      en: 'Look closely at what has to come clean: “{deliverable}”',
      de: 'Genau ansehen, was sauber werden soll: „{deliverable}“',
      fr: 'Regarder de près ce qui doit être propre : « {deliverable} »',
      es: 'Mirar bien lo que hay que limpiar: «{deliverable}»',
    },
    [
      leaf(5, {
        en: 'See where the dirt sits and what it is',
        de: 'Schauen, wo der Schmutz sitzt und was es ist',
        fr: 'Voir où est la saleté et ce que c’est',
        es: 'Ver dónde está la suciedad y qué es',
      }),
      leaf(5, {
        en: 'Check the material and the care instructions',
        de: 'Material und Pflegehinweise prüfen',
        fr: 'Vérifier la matière et les consignes d’entretien',
        es: 'Comprobar el material y las instrucciones de cuidado',
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
      leaf(10, {
        en: 'Choose what suits the material: water, brush or a cleaner',
        de: 'Wählen, was zum Material passt: Wasser, Bürste oder ein Mittel',
        fr: 'Choisir ce qui convient à la matière : eau, brosse ou produit',
        es: 'Elegir lo adecuado para el material: agua, cepillo o un producto',
      }),
      leaf(5, {
        en: 'Fetch cloths, a bucket and gloves',
        de: 'Tücher, Eimer und Handschuhe holen',
        fr: 'Prendre chiffons, seau et gants',
        es: 'Coger paños, un cubo y guantes',
      }),
    ],
  ),
  group(
    {
      en: 'Try it and protect what is around',
      de: 'Probieren und die Umgebung schützen',
      fr: 'Faire un essai et protéger autour',
      es: 'Hacer una prueba y proteger alrededor',
    },
    [
      leaf(5, {
        en: 'Clear the spot and see that it can be reached safely',
        de: 'Die Stelle freimachen und für sicheren Zugang sorgen',
        fr: 'Dégager l’endroit et assurer un accès sûr',
        es: 'Despejar el sitio y asegurar un acceso seguro',
      }),
      leaf(5, {
        en: 'Try a cleaner first where it does not show',
        de: 'Ein Mittel zuerst an unauffälliger Stelle testen',
        fr: 'Tester d’abord un produit à un endroit caché',
        es: 'Probar antes el producto donde no se vea',
      }),
    ],
  ),
  core({ en: 'Clean it', de: 'Reinigen', fr: 'Nettoyer', es: 'Limpiarlo' }, [
    group(
      {
        en: 'Loosen the dirt and take it off',
        de: 'Den Schmutz lösen und abnehmen',
        fr: 'Décoller la saleté et l’enlever',
        es: 'Ablandar la suciedad y quitarla',
      },
      [
        leaf(10, {
          en: 'Take off loose dirt first',
          de: 'Zuerst losen Schmutz entfernen',
          fr: 'Enlever d’abord la saleté qui se détache',
          es: 'Quitar primero la suciedad suelta',
        }),
        leaf(15, {
          en: 'Give it time to soak, and repeat rather than rub hard',
          de: 'Einweichen lassen und lieber wiederholen als fest reiben',
          fr: 'Laisser agir et recommencer plutôt que frotter fort',
          es: 'Dejar actuar y repetir antes que frotar con fuerza',
        }),
      ],
    ),
    leaf(10, {
      en: 'Rinse or wipe and let it dry',
      de: 'Abspülen oder nachwischen und trocknen lassen',
      fr: 'Rincer ou essuyer et laisser sécher',
      es: 'Aclarar o pasar un paño y dejar secar',
    }),
  ]),
  group(
    {
      en: 'Check it in good light and put things away',
      de: 'Bei gutem Licht prüfen und alles wegräumen',
      fr: 'Vérifier à la lumière et ranger',
      es: 'Comprobarlo con buena luz y recoger',
    },
    [
      leaf(5, {
        en: 'Go over what is left once more',
        de: 'Reste noch einmal nachbehandeln',
        fr: 'Reprendre ce qui reste',
        es: 'Repasar lo que quede',
      }),
      leaf(5, {
        en: 'Clean the cloths and tools',
        de: 'Tücher und Geräte reinigen',
        fr: 'Nettoyer chiffons et outils',
        es: 'Limpiar los paños y utensilios',
      }),
    ],
  ),
];
