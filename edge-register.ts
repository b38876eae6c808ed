/** `import 'costspan/register'` in an edge runtime. */
import { sayOnEdge } from './edge-sentence.ts';

sayOnEdge();
