import type { Frame } from './frame.js';
import { core, group, leaf } from './frame.js';

export const TECHNICAL: Frame = [
  group(
    {
      en: 'Say what has to work in the end: “{deliverable}”',
      de: 'Festlegen, was am Ende funktionieren soll: „{deliverable}“',
      fr: 'Dire ce qui doit fonctionner à la fin : « {deliverable} »',
      es: 'Decir qué debe funcionar al final: «{deliverable}»',
    },
    [
      leaf(10, {
        en: 'Write down how it can be tested',
        de: 'Aufschreiben, woran es sich prüfen lässt',
        fr: 'Noter comment le vérifier',
        es: 'Anotar cómo se comprobará',
      }),
      leaf(10, {
        en: 'See how it works today and who depends on it',
        de: 'Ansehen, wie es heute läuft und wer davon abhängt',
        fr: 'Voir comment cela marche aujourd’hui et qui en dépend',
        es: 'Ver cómo funciona hoy y quién depende de ello',
      }),
    ],
  ),
  group(
    {
      en: 'Make sure that there is a way back',
      de: 'Den Rückweg sichern',
      fr: 'S’assurer de pouvoir revenir en arrière',
      es: 'Asegurar la vuelta atrás',
    },
    [
      leaf(15, {
        en: 'Save data, settings and access',
        de: 'Daten, Einstellungen und Zugänge sichern',
        fr: 'Sauvegarder données, réglages et accès',
        es: 'Guardar datos, ajustes y accesos',
      }),
      leaf(5, {
        en: 'Note how each change can be undone',
        de: 'Notieren, wie sich jede Änderung zurücknehmen lässt',
        fr: 'Noter comment annuler chaque changement',
        es: 'Anotar cómo deshacer cada cambio',
      }),
    ],
  ),
  group(
    {
      en: 'Plan the change in small steps',
      de: 'Die Änderung in kleinen Schritten planen',
      fr: 'Prévoir le changement par petites étapes',
      es: 'Planificar el cambio en pasos pequeños',
    },
    [
      leaf(20, {
        en: 'Read the instructions and the known problems',
        de: 'Anleitung und bekannte Probleme lesen',
        fr: 'Lire la documentation et les problèmes connus',
        es: 'Leer las instrucciones y los problemas conocidos',
      }),
      leaf(15, {
        en: 'Try the riskiest step where nothing can break',
        de: 'Den riskantesten Schritt dort ausprobieren, wo nichts kaputtgehen kann',
        fr: 'Essayer l’étape la plus risquée là où rien ne peut casser',
        es: 'Probar el paso más arriesgado donde nada se pueda romper',
      }),
    ],
  ),
  core(
    {
      en: 'Carry it out step by step',
      de: 'Schritt für Schritt umsetzen',
      fr: 'Le réaliser étape par étape',
      es: 'Hacerlo paso a paso',
    },
    [
      leaf(60, {
        en: 'Make one change at a time',
        de: 'Immer nur eine Sache ändern',
        fr: 'Changer une seule chose à la fois',
        es: 'Cambiar una sola cosa cada vez',
      }),
      leaf(20, {
        en: 'Check after each one that the rest still works',
        de: 'Nach jeder prüfen, ob alles andere noch läuft',
        fr: 'Vérifier après chacune que le reste marche encore',
        es: 'Comprobar tras cada una que lo demás sigue funcionando',
      }),
    ],
  ),
  group(
    {
      en: 'Test it in real use and keep notes',
      de: 'Im echten Gebrauch prüfen und festhalten',
      fr: 'Le tester en conditions réelles et garder une trace',
      es: 'Probarlo en uso real y dejar constancia',
    },
    [
      leaf(20, {
        en: 'Go through everything that was to be tested, odd cases included',
        de: 'Alles durchgehen, was zu prüfen war, auch Sonderfälle',
        fr: 'Passer en revue tout ce qu’il fallait vérifier, cas particuliers compris',
        es: 'Repasar todo lo que había que comprobar, también los casos raros',
      }),
      leaf(10, {
        en: 'Write down what was changed, and tell those concerned',
        de: 'Aufschreiben, was geändert wurde, und Betroffenen Bescheid geben',
        fr: 'Noter ce qui a changé et prévenir les personnes concernées',
        es: 'Anotar qué ha cambiado y avisar a quienes les afecta',
      }),
    ],
  ),
];
