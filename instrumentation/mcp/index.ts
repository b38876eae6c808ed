export { mcp } from './instrumentation.ts';
