export { claudeAgent } from './instrumentation.ts';
