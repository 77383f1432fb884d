import { fold } from '../../../language/words.js';
import { KIN } from '../kin.js';
import type { FamilyWords } from './family.js';
import { requests } from './family.js';

const kin = String.raw`(?:${fold(KIN.es)}|ninas?|nino)\b`;
const pet = String.raw`(?:gat[oa]s?|gatitos?|perr[oa]s?|cachorros?|conejos?|hamsters?|pajaros?|loro|caballo|peces|mascotas?|animales|gallinas|tortugas?)\b`;
const few = String.raw`(?:a )?(?:al |del? )?(?:\w+ ){0,2}`;
const own = String.raw`(?:la|las|mi|mis|el|los|nuestras?|nuestro|su|sus)`;

const beds = String.raw`(?:huertos?|jardin|jardinera|cesped)(?=\W*$| (?:en|de|con|para|sin)\b)`;
const growth = String.raw`(?:cesped|setos?|hierbas?|hojas|arbol(?:es)?|arbustos?|rosal(?:es)?|ramas|hiedra|lavanda)\b`;
const ill = String.raw`(?:colesterol|tension|azucar en (?:la )?sangre|glucosa|dolor(?:es)? (?:de|en)|migranas?|tos|toser|resfriado|catarro|insomnio|roncar|ronquidos|acne|eczema|alergias?|acidez|reflujo|fiebre|mareos?|nauseas|lumbago|ciatica|calambres|contracturas?|ansiedad)\b`;
const practice = String.raw`(?:veterinari[oa]|medic[oa]|doctora?|dentista|pediatra|peluquer[oi]a?|oculista|ortodoncista|fisio\w*|especialista|\w{2,20}olog[oa])\b`;
const vehicle = String.raw`(?:coche|moto|bici|bicicleta|furgoneta|carro)\b`;
const destination = String.raw`(?:colegio|cole|escuela|guarderia|instituto|aeropuerto|estacion|tren|autobus|entrenamiento|futbol|ballet|natacion|clases?|trabajo|casa|fiesta|hospital)\b`;
/** Longer than a day it is a journey. */
const day = String.raw`(?!.*\b(?:semanas?|dias|noches?|hotel|vuelos?)\b)`;
const sight = String.raw`(?:zoo|zoologico|museo|parque|playa|piscina|cine|lago|teatro|circo|acuario|granja|castillo|bosque)\b`;

const washable = String.raw`(?:canalon(?:es)?|canaletas?|coche|bici|bicicleta|moto|furgoneta|ventanas?|cristales|horno|sofa|alfombras?|moqueta|colchon(?:es)?|zapatos|zapatillas|botas|abrigo|chaquetas?|cortinas|persianas|barbacoa|parrilla|terraza|azulejos|juntas|banera|ducha|vater|inodoro|fregadero|lavabo|teclado|cafetera|hervidor|lavavajillas|lavadora|placas solares|filtros?|gafas|campana|vitroceramica|carrito|plata|joyas|piscina)\b`;

export const ES_FAMILIES: FamilyWords = {
  plant: requests(
    String.raw`(?:plantar|sembrar|trasplantar|replantar|cultivar)\b`,
    String.raw`cambiar\b.*\bde (?:maceta|tiesto)\b`,
    String.raw`(?:hacer|crear|empezar|montar|preparar)\b.*\b(?:un|una|mi|nuestro) (?:\w+ )?${beds}`,
  ),
  trim: requests(
    String.raw`(?:podar|desbrozar|rastrillar|desherbar)\b`,
    String.raw`(?:cortar|recortar|arrancar|quitar|recoger)\b.*\b${growth}`,
  ),
  visit: requests(String.raw`(?:visitar|ir a (?:ver|visitar)|hacer(?:le)? una visita|pasar a ver|ver a) ${few}${kin}`),
  lookAfter: requests(
    String.raw`(?:cuidar|atender|hacerme cargo|vigilar) ${few}(?:${kin}|${pet})`,
    String.raw`hacer de (?:canguro|ninera)\b`,
  ),
  escort: requests(
    String.raw`(?:recoger|ir a (?:recoger|buscar)|buscar|llevar|acompanar|traer|dejar) ${few}${kin}.*\b${destination}`,
  ),
  appointment: requests(
    String.raw`(?:llevar|acompanar|ir)\b.*\b(?:al|a la|a un|a una) ${practice}`,
    String.raw`(?:mi|nuestr[oa]|el|la) (?:\w+ )?\w+ tiene que ir (?:al|a la) ${practice}`,
    String.raw`(?:llevar|dejar|pasar)\b.*\b${vehicle}.*\b(?:taller|mecanico|itv|revision)\b`,
  ),
  outing: requests(
    String.raw`${day}(?:ir|visitar)\b.*\b${sight}`,
    String.raw`${day}llevar ${few}${kin}.*\b${sight}`,
    String.raw`${day}(?:ir de|hacer(?: una)?) (?:excursion|senderismo|caminata|paseo)\b`,
    String.raw`${day}ir(?:me|nos)? a (?:nadar|caminar|patinar|pescar)\b`,
  ),
  heal: requests(
    String.raw`(?:bajar|reducir|aliviar|quitar|curar|tratar|calmar|dejar de|eliminar|combatir|mejorar|controlar|acabar con|superar|prevenir)(?:me|le|nos)?\b.*\b${ill}`,
    String.raw`dormir (?:mejor|bien|mas)\b|mejorar (?:mi|el) sueno|conciliar el sueno`,
    String.raw`(?:mi|nuestr[oa]|mis) (?:\w+ )?${kin} no (?:me |nos )?duermen?\b`,
    String.raw`(?:tengo|llevo|mi \w+ tiene|sufro)\b.*\b${ill}|me duelen?\b`,
    String.raw`(?:(?:mi|el|los) )?(?:dolor(?:es)? de \w+|insomnio|migranas?|tos)\W*$`,
  ),
  pack: requests(
    String.raw`(?:hacer|preparar|llenar)\b.*\b${own} (?:maletas?|equipaje|mochilas?|bolsas?|bolso|neceser)\b`,
  ),
  getReady: requests(
    String.raw`(?:preparar|arreglar|vestir) ${few}${kin} para (?:ir )?${few}(?:colegio|cole|escuela|guarderia)\b`,
    String.raw`preparar(?:me|nos|se)?\b.*\b(?:primer dia|primera semana|nuevo (?:trabajo|empleo))\b`,
  ),
  wash: requests(
    String.raw`(?:limpiar|lavar|fregar|pulir|descalcificar|desengrasar)\b(?:(?!\b(?:piso|casa|cocina|habitacion|salon|garaje|trastero)\b).)*\b${washable}`,
    String.raw`(?:quit\w+|limpi\w+|sac\w+|elimin\w+)\b.*\bmanchas?\b`,
  ),
};
