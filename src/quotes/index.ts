export { QuotesModule } from './quotes.module.js';
export { FillRecorder } from './fill/fill.recorder.js';
export { FillRefit } from './fill/fill.refit.js';
