export { langchainCore, langgraph } from './instrumentation.ts';
