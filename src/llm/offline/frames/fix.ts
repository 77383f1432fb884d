import type { Frame } from './frame.js';
import { core, group, leaf } from './frame.js';

export const FIX: Frame = [
  group(
    {
      en: 'Look closely at what is wrong: “{deliverable}”',
      de: 'Den Schaden genau ansehen: „{deliverable}“',
      fr: 'Examiner précisément le problème : « {deliverable} »',
      es: 'Examinar bien el problema: «{deliverable}»',
    },
    [
      leaf(10, {
        en: 'Note when it happens and since when',
        de: 'Notieren, wann und seit wann es auftritt',
        fr: 'Noter quand et depuis quand cela arrive',
        es: 'Anotar cuándo ocurre y desde cuándo',
      }),
      leaf(10, {
        en: 'Take photos and note make and model',
        de: 'Fotos machen, Marke und Modell notieren',
        fr: 'Prendre des photos, noter marque et modèle',
        es: 'Hacer fotos y anotar marca y modelo',
      }),
    ],
  ),
  group(
    {
      en: 'Make it safe and stop further damage',
      de: 'Absichern und weiteren Schaden verhindern',
      fr: 'Mettre en sécurité et éviter d’autres dégâts',
      es: 'Asegurarlo y evitar más daños',
    },
    [
      leaf(5, {
        en: 'Switch off power, water or the device if need be',
        de: 'Bei Bedarf Strom, Wasser oder Gerät abstellen',
        fr: 'Couper si besoin le courant, l’eau ou l’appareil',
        es: 'Cortar si hace falta la luz, el agua o el aparato',
      }),
      leaf(10, {
        en: 'Check guarantee, insurance, or who is responsible',
        de: 'Garantie, Versicherung und Zuständigkeit prüfen',
        fr: 'Vérifier garantie, assurance ou qui est responsable',
        es: 'Comprobar garantía, seguro o quién es responsable',
      }),
    ],
  ),
  group(
    {
      en: 'Find the cause and decide: yourself or a professional',
      de: 'Ursache suchen und entscheiden: selbst oder Fachbetrieb',
      fr: 'Trouver la cause et décider : soi-même ou un professionnel',
      es: 'Buscar la causa y decidir: uno mismo o un profesional',
    },
    [
      leaf(25, {
        en: 'Rule out the simple causes one by one',
        de: 'Einfache Ursachen nacheinander ausschließen',
        fr: 'Écarter une à une les causes simples',
        es: 'Descartar una a una las causas sencillas',
      }),
      leaf(15, {
        en: 'Compare effort and cost, and get a quote if unsure',
        de: 'Aufwand und Kosten vergleichen, im Zweifel Angebot einholen',
        fr: 'Comparer effort et coût, demander un devis en cas de doute',
        es: 'Comparar esfuerzo y coste, y pedir presupuesto en caso de duda',
      }),
    ],
  ),
  core(
    {
      en: 'Carry out the repair or have it done',
      de: 'Reparieren oder reparieren lassen',
      fr: 'Réparer ou faire réparer',
      es: 'Repararlo o mandarlo reparar',
    },
    [
      leaf(30, {
        en: 'Get parts and tools, or make the appointment',
        de: 'Teile und Werkzeug besorgen oder Termin vereinbaren',
        fr: 'Se procurer pièces et outils, ou prendre rendez-vous',
        es: 'Conseguir piezas y herramientas, o pedir cita',
      }),
      group(
        { en: 'Repair it', de: 'Die Reparatur ausführen', fr: 'Effectuer la réparation', es: 'Hacer la reparación' },
        [
          leaf(15, {
            en: 'Take it apart and remember how it goes together',
            de: 'Zerlegen und den Aufbau merken, etwa mit Fotos',
            fr: 'Démonter en retenant l’assemblage, par exemple en photos',
            es: 'Desmontarlo recordando cómo va, por ejemplo con fotos',
          }),
          leaf(30, {
            en: 'Repair or replace the faulty part',
            de: 'Das fehlerhafte Teil reparieren oder ersetzen',
            fr: 'Réparer ou remplacer l’élément en cause',
            es: 'Reparar o cambiar la parte defectuosa',
          }),
        ],
      ),
    ],
  ),
  group(
    {
      en: 'Test it and prevent the next time',
      de: 'Testen und dem nächsten Mal vorbeugen',
      fr: 'Tester et prévenir une prochaine fois',
      es: 'Probarlo y prevenir otra vez',
    },
    [
      leaf(10, {
        en: 'Test it in normal use',
        de: 'Im normalen Gebrauch testen',
        fr: 'Tester en usage normal',
        es: 'Probarlo en uso normal',
      }),
      leaf(5, {
        en: 'Keep receipts and note what was done',
        de: 'Belege aufheben und notieren, was gemacht wurde',
        fr: 'Garder les reçus et noter ce qui a été fait',
        es: 'Guardar recibos y anotar lo hecho',
      }),
    ],
  ),
];
