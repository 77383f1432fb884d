export { StreamingApiModule, StreamingModule } from './streaming.module.js';
