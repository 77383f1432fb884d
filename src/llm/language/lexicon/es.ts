import type { Lexicon } from './task-kind.js';

export const ES: Lexicon = {
  write: {
    verbs: 'escrib* redact* traduc* resum* corregir',
    things:
      'ensayo informe articulo historia novela capitulo discurso presentacion exposicion charla cv curriculum tesis tfg tfm acta poema texto boletin trabajo',
  },
  make: {
    verbs: 'constru* fabric* coser tejer disen* desarroll* program* crear crea creacion dibuj* grabar',
    things: 'web pagina app aplicacion prototipo video logo casita disfraz juego estanteria album huerto mueble',
  },
  venture: {
    verbs: 'fundar emprender',
    things: 'negocio empresa startup podcast blog tienda canal cafeteria bar asociacion',
    hints: 'lanzar abrir empezar montar',
  },
  cook: {
    verbs: 'cocin* hornear asar guisar',
    things:
      'cena almuerzo desayuno comida receta pastel tarta pan sopa menu barbacoa paella brunch bizcocho tortitas galletas ensalada bufe bufet merienda',
  },
  buy: {
    verbs: 'compr* encargar adquirir',
    things: 'regalo regalos portatil ordenador movil nevera lavadora lavavajillas colchon sofa',
    hints: 'conseguir necesit*',
  },
  shop: { things: 'compra supermercado mercado' },
  sell: { verbs: 'vend* revend* venta donar', things: 'wallapop mercadillo anuncio' },
  fix: {
    verbs: 'repar* arregl* sustitu* reemplaz* desatasc* solucion* remendar',
    things: 'averia fuga gotea gotera roto rota atascado estropead* error pinchazo moho',
  },
  organise: {
    verbs: 'organiz* casarme casarse casarnos celebr* coordin*',
    things:
      'fiesta boda evento reunion taller conferencia cumpleanos navidad festival funeral bautizo picnic comunion aniversario ceremonia concierto torneo despedida jornada',
    hints: 'prepar* planific* planear',
  },
  learn: {
    verbs: 'aprend* estudi* repas* memoriz* practic* ensen*',
    things:
      'examen curso vocabulario guitarra piano ajedrez nadar natacion idioma ingles frances aleman italiano japones python programacion oposicion oposiciones',
    hints: 'entender mejorar adiestrar',
  },
  decide: { verbs: 'decid* eleg* escog* compar* evalu*', things: 'decision eleccion conviene' },
  contact: {
    verbs:
      'llam* telefone* contact* preguntar pedir invit* agradec* avisar responder negoci* reclamar disculp* inform* hablar',
    things:
      'correo email carta mensaje cita dentista medico veterinario queja reclamacion casero aumento entrevista peluquer*',
    hints: 'envi* reserv* mandar',
  },
  clean: {
    verbs: 'limpi* orden* barrer aspirar recog* vaciar quitar clasificar',
    things: 'limpieza mancha manchas desorden',
  },
  travel: {
    verbs: 'viaj* visit* volar acampar',
    things: 'viaje vacaciones vuelo hotel itinerario excursion escapada luna camping crucero senderismo ruta',
  },
  admin: {
    verbs:
      'inscrib* cancel* solicit* presentar asegur* registr* tramit* matricul* darme empadron* firmar renovar renueva renovacion',
    things:
      'pasaporte visado seguro impuesto impuestos formulario suscripcion abono contrato permiso carnet cuenta pension dni hipoteca beca hacienda testamento divorcio jubilacion',
  },
  pay: { verbs: 'pagar', things: 'factura facturas' },
  habit: {
    verbs: 'ahorr* perder reducir adelgaz* levant* acost* medit* entren* correr dormir',
    things:
      'yoga pilates peso forma habito maraton dieta fumar rutina salud kilos kg sueno estres media deporte ejercicio presupuesto gastos finanzas',
    hints: 'mejorar ponerme beber',
  },
  find: {
    verbs: 'busc* encontr* hallar',
    things: 'ninera canguro fontanero companero guarderia piso psicologo',
  },
  research: { verbs: 'investig* averigu* analiz*', things: 'encuesta' },
  technical: {
    verbs: 'desplegar migrar refactorizar configur* depurar',
    things: 'servidor servidores api repositorio bug bugs backend router wifi respaldo',
  },
  giveBack: { verbs: 'reembols*' },
  interview: { things: 'entrevistalaboral' },
  chore: {
    verbs: 'regar alimentar pasear imprimir prestar podar envolver lav* planchar fregar',
    things: 'bombilla sabanas colada platos ropa maleta maletas',
    hints: 'llevar traer revisar leer cortar devolver entregar cargar sacar tender bajar subir colgar',
  },
  general: {
    verbs: 'montar instalar ensamblar reformar redecorar alquilar cuidar adoptar sorprender decorar eliminar',
    things: 'cocina deberes',
    hints:
      'duele duelen hacer haz actualizar pasar terminar acabar mudar* empaquetar ayudar dar cerrar mover poner ir cambiar plantar pintar',
  },
};
