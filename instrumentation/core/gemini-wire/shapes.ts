import type { CallShape } from '../call/shape.ts';
import { readEmbedResponse, readGenerateResponse } from './response.ts';

/** How the methods that generate content answer, in every SDK of Google's. */
export const generates: Pick<CallShape, 'operation' | 'readResponse' | 'readChunk'> = {
  operation: 'generate_content',
  readResponse: readGenerateResponse,
  readChunk: readGenerateResponse,
};

/** How the methods that embed contents answer. */
export const embeds: Pick<CallShape, 'operation' | 'readResponse'> = {
  operation: 'embeddings',
  readResponse: readEmbedResponse,
};
