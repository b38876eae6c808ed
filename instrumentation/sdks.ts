import { aiSdk } from './ai/index.ts';
import { anthropic, anthropicBedrock, anthropicVertex } from './anthropic/index.ts';
import { bedrock } from './bedrock/index.ts';
import { cohere } from './cohere/index.ts';
import { claudeAgent } from './claude-agent/index.ts';
import type { SdkInstrumentation } from './core/sdk.ts';
import { groq } from './groq/index.ts';
import { googleGenAi } from './google-genai/index.ts';
import { googleGenerativeAi, googleVertexAi } from './google-legacy/index.ts';
import { huggingFace } from './huggingface/index.ts';
import { langchainCore, langgraph } from './langchain/index.ts';
import { mistral } from './mistral/index.ts';
import { ollama } from './ollama/index.ts';
import { mcp } from './mcp/index.ts';
import { openai } from './openai/index.ts';
import { openaiAgents } from './openai-agents/index.ts';
import { openRouter } from './openrouter/index.ts';
import { together } from './together/index.ts';

/** Every SDK that costspan watches. A new SDK is one line here. */
export const sdks: readonly SdkInstrumentation[] = [
  openai,
  anthropic,
  anthropicBedrock,
  anthropicVertex,
  googleGenAi,
  googleGenerativeAi,
  googleVertexAi,
  bedrock,
  ...aiSdk,
  groq,
  together,
  openaiAgents,
  claudeAgent,
  mcp,
  langchainCore,
  langgraph,
  cohere,
  ollama,
  mistral,
  openRouter,
  huggingFace,
];
