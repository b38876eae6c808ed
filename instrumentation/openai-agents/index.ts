export { openaiAgents } from './instrumentation.ts';
