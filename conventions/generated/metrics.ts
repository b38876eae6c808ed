/*
 * Generated from conventions/registry/*.yaml and conventions/upstream/gen-ai.yaml
 * by `npm run generate`. Do not edit.
 *
 * Upstream names:
 * https://github.com/open-telemetry/semantic-conventions-genai at 024a4f944a1291fcb627c9c47da69e79868dd15e
 * https://github.com/open-telemetry/semantic-conventions at v1.44.0
 */

/** Price of a call, in the currency that the point names. */
export const METRIC_GEN_AI_CLIENT_OPERATION_COST = 'gen_ai.client.operation.cost' as const;

/** Money booked, in USD. */
export const METRIC_COSTSPAN_COST_USD = 'costspan.cost.usd' as const;

/** Tokens used, in classes that do not overlap. */
export const METRIC_COSTSPAN_TOKENS = 'costspan.tokens' as const;

/** Calls made, blocked ones included. */
export const METRIC_COSTSPAN_CALLS = 'costspan.calls' as const;

/** Tokens of calls whose model had no price. */
export const METRIC_COSTSPAN_UNPRICED_TOKENS = 'costspan.unpriced.tokens' as const;

/** Automatic retries inside calls. */
export const METRIC_COSTSPAN_RETRIES = 'costspan.retries' as const;

/** Money of a finished run, in USD. */
export const METRIC_COSTSPAN_RUN_COST_USD = 'costspan.run.cost.usd' as const;

/** Inference calls of a finished run. */
export const METRIC_COSTSPAN_RUN_INFERENCE_CALLS = 'costspan.run.inference_calls' as const;

/** Tool calls of a finished run. */
export const METRIC_COSTSPAN_RUN_TOOL_CALLS = 'costspan.run.tool_calls' as const;

/** Tokens of a finished run, input and output together. */
export const METRIC_COSTSPAN_RUN_TOKENS = 'costspan.run.tokens' as const;

/** Limit of the budget for its current period, in USD. */
export const METRIC_COSTSPAN_BUDGET_LIMIT_USD = 'costspan.budget.limit.usd' as const;

/** Limit of the budget for its current period, in tokens. */
export const METRIC_COSTSPAN_BUDGET_LIMIT_TOKENS = 'costspan.budget.limit.tokens' as const;

/** Limit of the budget for its current period, in calls. */
export const METRIC_COSTSPAN_BUDGET_LIMIT_CALLS = 'costspan.budget.limit.calls' as const;

/** What the budget's current period has spent, in USD. */
export const METRIC_COSTSPAN_BUDGET_SPENT_USD = 'costspan.budget.spent.usd' as const;

/** What the budget's current period has spent, in tokens. */
export const METRIC_COSTSPAN_BUDGET_SPENT_TOKENS = 'costspan.budget.spent.tokens' as const;

/** What the budget's current period has spent, in calls. */
export const METRIC_COSTSPAN_BUDGET_SPENT_CALLS = 'costspan.budget.spent.calls' as const;

/** What calls in flight hold of the budget, in USD. */
export const METRIC_COSTSPAN_BUDGET_HELD_USD = 'costspan.budget.held.usd' as const;

/** What calls in flight hold of the budget, in tokens. */
export const METRIC_COSTSPAN_BUDGET_HELD_TOKENS = 'costspan.budget.held.tokens' as const;

/** What calls in flight hold of the budget, in calls. */
export const METRIC_COSTSPAN_BUDGET_HELD_CALLS = 'costspan.budget.held.calls' as const;

/** What the budget's period is expected to come to, in USD. */
export const METRIC_COSTSPAN_BUDGET_FORECAST_USD = 'costspan.budget.forecast.usd' as const;

/** What the budget's period is expected to come to, in tokens. */
export const METRIC_COSTSPAN_BUDGET_FORECAST_TOKENS = 'costspan.budget.forecast.tokens' as const;

/** What the budget's period is expected to come to, in calls. */
export const METRIC_COSTSPAN_BUDGET_FORECAST_CALLS = 'costspan.budget.forecast.calls' as const;

/** Decisions of budgets about calls. */
export const METRIC_COSTSPAN_BUDGET_DECISIONS = 'costspan.budget.decisions' as const;

/** Shares of limits reached, each counted by the process that saw it first. */
export const METRIC_COSTSPAN_BUDGET_ALERTS = 'costspan.budget.alerts' as const;

/** Runs stopped by an agent limit. */
export const METRIC_COSTSPAN_AGENT_STOPS = 'costspan.agent.stops' as const;

/** Runs beyond twice their expected tokens, past half of the inference calls they may make, or beyond a limit that nobody could hold because a span told of the call. */
export const METRIC_COSTSPAN_AGENT_ALERTS = 'costspan.agent.alerts' as const;

/** Business outcomes recorded. */
export const METRIC_COSTSPAN_OUTCOMES = 'costspan.outcomes' as const;

/** Worth of the business outcomes recorded, in USD. */
export const METRIC_COSTSPAN_OUTCOME_VALUE_USD = 'costspan.outcome.value.usd' as const;

/** Age of the price book in use, in seconds. */
export const METRIC_COSTSPAN_PRICE_BOOK_AGE_SECONDS = 'costspan.price_book.age.seconds' as const;

/** Responses that a provider works on in the background, as they are begun and as somebody sees them over. Begun ones that are in no other state are still to be read. */
export const METRIC_COSTSPAN_BACKGROUND_RESPONSES = 'costspan.background.responses' as const;

/** HTTP requests to known model hosts that no instrumentation saw. */
export const METRIC_COSTSPAN_UNMETERED_REQUESTS = 'costspan.unmetered.requests' as const;

/** Guarded failures of Costspan itself. */
export const METRIC_COSTSPAN_INTERNAL_ERRORS = 'costspan.internal.errors' as const;

/** Duration of an inference call. */
export const METRIC_GEN_AI_CLIENT_INFERENCE_DURATION = 'gen_ai.client.inference.duration' as const;

/** Time from the request to the first chunk of a stream. */
export const METRIC_GEN_AI_CLIENT_INFERENCE_TIME_TO_FIRST_CHUNK = 'gen_ai.client.inference.time_to_first_chunk' as const;

/** Time between the chunks of a stream. */
export const METRIC_GEN_AI_CLIENT_INFERENCE_TIME_PER_OUTPUT_CHUNK = 'gen_ai.client.inference.time_per_output_chunk' as const;

/** Input tokens used, cached ones included. */
export const METRIC_GEN_AI_CLIENT_INFERENCE_USAGE_INPUT_TOKENS = 'gen_ai.client.inference.usage.input_tokens' as const;

/** Output tokens used, reasoning included. */
export const METRIC_GEN_AI_CLIENT_INFERENCE_USAGE_OUTPUT_TOKENS = 'gen_ai.client.inference.usage.output_tokens' as const;

/** Input tokens read from a cache. */
export const METRIC_GEN_AI_CLIENT_INFERENCE_USAGE_CACHE_READ_INPUT_TOKENS = 'gen_ai.client.inference.usage.cache_read.input_tokens' as const;

/** Input tokens written to a cache. */
export const METRIC_GEN_AI_CLIENT_INFERENCE_USAGE_CACHE_WRITE_INPUT_TOKENS = 'gen_ai.client.inference.usage.cache_write.input_tokens' as const;

/** Output tokens spent on reasoning. */
export const METRIC_GEN_AI_CLIENT_INFERENCE_USAGE_REASONING_OUTPUT_TOKENS = 'gen_ai.client.inference.usage.reasoning.output_tokens' as const;

/** Input tokens of one call. */
export const METRIC_GEN_AI_CLIENT_INFERENCE_OPERATION_INPUT_TOKENS = 'gen_ai.client.inference.operation.input_tokens' as const;

/** Output tokens of one call. */
export const METRIC_GEN_AI_CLIENT_INFERENCE_OPERATION_OUTPUT_TOKENS = 'gen_ai.client.inference.operation.output_tokens' as const;

/** Duration of a client operation other than inference. */
export const METRIC_GEN_AI_CLIENT_OPERATION_DURATION = 'gen_ai.client.operation.duration' as const;

/** Duration of an agent invocation. */
export const METRIC_GEN_AI_INVOKE_AGENT_DURATION = 'gen_ai.invoke_agent.duration' as const;

/** Inference calls that an agent invocation made itself. */
export const METRIC_GEN_AI_INVOKE_AGENT_INFERENCE_CALLS = 'gen_ai.invoke_agent.inference_calls' as const;

/** Tool calls that an agent invocation made itself. */
export const METRIC_GEN_AI_INVOKE_AGENT_TOOL_CALLS = 'gen_ai.invoke_agent.tool_calls' as const;

/** Duration of a workflow invocation. */
export const METRIC_GEN_AI_INVOKE_WORKFLOW_DURATION = 'gen_ai.invoke_workflow.duration' as const;

/** Duration of a tool execution. */
export const METRIC_GEN_AI_EXECUTE_TOOL_DURATION = 'gen_ai.execute_tool.duration' as const;

/** Duration of a request, as the model server saw it. */
export const METRIC_GEN_AI_SERVER_REQUEST_DURATION = 'gen_ai.server.request.duration' as const;

/** Time per output token after the first, as the model server saw it. */
export const METRIC_GEN_AI_SERVER_TIME_PER_OUTPUT_TOKEN = 'gen_ai.server.time_per_output_token' as const;

/** Time to the first token, as the model server saw it. */
export const METRIC_GEN_AI_SERVER_TIME_TO_FIRST_TOKEN = 'gen_ai.server.time_to_first_token' as const;

/** Duration of an MCP request, as the client saw it. */
export const METRIC_MCP_CLIENT_OPERATION_DURATION = 'mcp.client.operation.duration' as const;

/** Duration of an MCP request, as the server saw it. */
export const METRIC_MCP_SERVER_OPERATION_DURATION = 'mcp.server.operation.duration' as const;

/** Duration of an MCP session, as the client saw it. */
export const METRIC_MCP_CLIENT_SESSION_DURATION = 'mcp.client.session.duration' as const;

/** Duration of an MCP session, as the server saw it. */
export const METRIC_MCP_SERVER_SESSION_DURATION = 'mcp.server.session.duration' as const;

/**
 * Tokens by direction, to conventions 1.41.
 * @deprecated Read only; now `gen_ai.client.inference.operation.input_tokens`.
 */
export const METRIC_GEN_AI_CLIENT_TOKEN_USAGE = 'gen_ai.client.token.usage' as const;

/**
 * Time to the first chunk, to conventions 1.41.
 * @deprecated Read only; now `gen_ai.client.inference.time_to_first_chunk`.
 */
export const METRIC_GEN_AI_CLIENT_OPERATION_TIME_TO_FIRST_CHUNK = 'gen_ai.client.operation.time_to_first_chunk' as const;

/**
 * Time between chunks, to conventions 1.41.
 * @deprecated Read only; now `gen_ai.client.inference.time_per_output_chunk`.
 */
export const METRIC_GEN_AI_CLIENT_OPERATION_TIME_PER_OUTPUT_CHUNK = 'gen_ai.client.operation.time_per_output_chunk' as const;

/**
 * Duration of a workflow, for a short while.
 * @deprecated Read only; now `gen_ai.invoke_workflow.duration`.
 */
export const METRIC_GEN_AI_WORKFLOW_DURATION = 'gen_ai.workflow.duration' as const;

/** The metrics that we emit. */
export type MetricName =
  | typeof METRIC_GEN_AI_CLIENT_OPERATION_COST
  | typeof METRIC_COSTSPAN_COST_USD
  | typeof METRIC_COSTSPAN_TOKENS
  | typeof METRIC_COSTSPAN_CALLS
  | typeof METRIC_COSTSPAN_UNPRICED_TOKENS
  | typeof METRIC_COSTSPAN_RETRIES
  | typeof METRIC_COSTSPAN_RUN_COST_USD
  | typeof METRIC_COSTSPAN_RUN_INFERENCE_CALLS
  | typeof METRIC_COSTSPAN_RUN_TOOL_CALLS
  | typeof METRIC_COSTSPAN_RUN_TOKENS
  | typeof METRIC_COSTSPAN_BUDGET_LIMIT_USD
  | typeof METRIC_COSTSPAN_BUDGET_LIMIT_TOKENS
  | typeof METRIC_COSTSPAN_BUDGET_LIMIT_CALLS
  | typeof METRIC_COSTSPAN_BUDGET_SPENT_USD
  | typeof METRIC_COSTSPAN_BUDGET_SPENT_TOKENS
  | typeof METRIC_COSTSPAN_BUDGET_SPENT_CALLS
  | typeof METRIC_COSTSPAN_BUDGET_HELD_USD
  | typeof METRIC_COSTSPAN_BUDGET_HELD_TOKENS
  | typeof METRIC_COSTSPAN_BUDGET_HELD_CALLS
  | typeof METRIC_COSTSPAN_BUDGET_FORECAST_USD
  | typeof METRIC_COSTSPAN_BUDGET_FORECAST_TOKENS
  | typeof METRIC_COSTSPAN_BUDGET_FORECAST_CALLS
  | typeof METRIC_COSTSPAN_BUDGET_DECISIONS
  | typeof METRIC_COSTSPAN_BUDGET_ALERTS
  | typeof METRIC_COSTSPAN_AGENT_STOPS
  | typeof METRIC_COSTSPAN_AGENT_ALERTS
  | typeof METRIC_COSTSPAN_OUTCOMES
  | typeof METRIC_COSTSPAN_OUTCOME_VALUE_USD
  | typeof METRIC_COSTSPAN_PRICE_BOOK_AGE_SECONDS
  | typeof METRIC_COSTSPAN_BACKGROUND_RESPONSES
  | typeof METRIC_COSTSPAN_UNMETERED_REQUESTS
  | typeof METRIC_COSTSPAN_INTERNAL_ERRORS
  | typeof METRIC_GEN_AI_CLIENT_INFERENCE_DURATION
  | typeof METRIC_GEN_AI_CLIENT_INFERENCE_TIME_TO_FIRST_CHUNK
  | typeof METRIC_GEN_AI_CLIENT_INFERENCE_TIME_PER_OUTPUT_CHUNK
  | typeof METRIC_GEN_AI_CLIENT_INFERENCE_USAGE_INPUT_TOKENS
  | typeof METRIC_GEN_AI_CLIENT_INFERENCE_USAGE_OUTPUT_TOKENS
  | typeof METRIC_GEN_AI_CLIENT_INFERENCE_USAGE_CACHE_READ_INPUT_TOKENS
  | typeof METRIC_GEN_AI_CLIENT_INFERENCE_USAGE_CACHE_WRITE_INPUT_TOKENS
  | typeof METRIC_GEN_AI_CLIENT_INFERENCE_USAGE_REASONING_OUTPUT_TOKENS
  | typeof METRIC_GEN_AI_CLIENT_INFERENCE_OPERATION_INPUT_TOKENS
  | typeof METRIC_GEN_AI_CLIENT_INFERENCE_OPERATION_OUTPUT_TOKENS
  | typeof METRIC_GEN_AI_CLIENT_OPERATION_DURATION
  | typeof METRIC_GEN_AI_INVOKE_AGENT_DURATION
  | typeof METRIC_GEN_AI_INVOKE_AGENT_INFERENCE_CALLS
  | typeof METRIC_GEN_AI_INVOKE_AGENT_TOOL_CALLS
  | typeof METRIC_GEN_AI_INVOKE_WORKFLOW_DURATION
  | typeof METRIC_GEN_AI_EXECUTE_TOOL_DURATION;

export interface MetricDefinition {
  readonly name: MetricName;
  readonly instrument: 'counter' | 'updowncounter' | 'gauge' | 'histogram';
  readonly unit: string;
  readonly description: string;
  /** `int`: whole numbers only. */
  readonly valueType: 'int' | 'double';
  /** Upper bounds of the buckets; of histograms only, and of every one of them. */
  readonly boundaries?: readonly number[] | undefined;
}

/** Unit, description, kind and buckets of every metric that we emit, by its name. */
export const METRICS: Readonly<Record<MetricName, MetricDefinition>> = {
  [METRIC_GEN_AI_CLIENT_OPERATION_COST]: {
    name: METRIC_GEN_AI_CLIENT_OPERATION_COST,
    instrument: 'histogram',
    unit: '{cost}',
    description: 'Price of a call, in the currency that the point names.',
    valueType: 'double',
    boundaries: [0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100],
  },
  [METRIC_COSTSPAN_COST_USD]: {
    name: METRIC_COSTSPAN_COST_USD,
    instrument: 'counter',
    unit: '{USD}',
    description: 'Money booked, in USD.',
    valueType: 'double',
  },
  [METRIC_COSTSPAN_TOKENS]: {
    name: METRIC_COSTSPAN_TOKENS,
    instrument: 'counter',
    unit: '{token}',
    description: 'Tokens used, in classes that do not overlap.',
    valueType: 'int',
  },
  [METRIC_COSTSPAN_CALLS]: {
    name: METRIC_COSTSPAN_CALLS,
    instrument: 'counter',
    unit: '{call}',
    description: 'Calls made, blocked ones included.',
    valueType: 'int',
  },
  [METRIC_COSTSPAN_UNPRICED_TOKENS]: {
    name: METRIC_COSTSPAN_UNPRICED_TOKENS,
    instrument: 'counter',
    unit: '{token}',
    description: 'Tokens of calls whose model had no price.',
    valueType: 'int',
  },
  [METRIC_COSTSPAN_RETRIES]: {
    name: METRIC_COSTSPAN_RETRIES,
    instrument: 'counter',
    unit: '{retry}',
    description: 'Automatic retries inside calls.',
    valueType: 'int',
  },
  [METRIC_COSTSPAN_RUN_COST_USD]: {
    name: METRIC_COSTSPAN_RUN_COST_USD,
    instrument: 'histogram',
    unit: '{USD}',
    description: 'Money of a finished run, in USD.',
    valueType: 'double',
    boundaries: [0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100],
  },
  [METRIC_COSTSPAN_RUN_INFERENCE_CALLS]: {
    name: METRIC_COSTSPAN_RUN_INFERENCE_CALLS,
    instrument: 'histogram',
    unit: '{inference_call}',
    description: 'Inference calls of a finished run.',
    valueType: 'int',
    boundaries: [1, 2, 4, 8, 16, 32, 64, 128, 256],
  },
  [METRIC_COSTSPAN_RUN_TOOL_CALLS]: {
    name: METRIC_COSTSPAN_RUN_TOOL_CALLS,
    instrument: 'histogram',
    unit: '{tool_call}',
    description: 'Tool calls of a finished run.',
    valueType: 'int',
    boundaries: [1, 2, 4, 8, 16, 32, 64, 128, 256],
  },
  [METRIC_COSTSPAN_RUN_TOKENS]: {
    name: METRIC_COSTSPAN_RUN_TOKENS,
    instrument: 'histogram',
    unit: '{token}',
    description: 'Tokens of a finished run, input and output together.',
    valueType: 'int',
    boundaries: [1, 4, 16, 64, 256, 1024, 4096, 16384, 65536, 262144, 1048576, 4194304, 16777216, 67108864],
  },
  [METRIC_COSTSPAN_BUDGET_LIMIT_USD]: {
    name: METRIC_COSTSPAN_BUDGET_LIMIT_USD,
    instrument: 'gauge',
    unit: '{USD}',
    description: 'Limit of the budget for its current period, in USD.',
    valueType: 'double',
  },
  [METRIC_COSTSPAN_BUDGET_LIMIT_TOKENS]: {
    name: METRIC_COSTSPAN_BUDGET_LIMIT_TOKENS,
    instrument: 'gauge',
    unit: '{token}',
    description: 'Limit of the budget for its current period, in tokens.',
    valueType: 'int',
  },
  [METRIC_COSTSPAN_BUDGET_LIMIT_CALLS]: {
    name: METRIC_COSTSPAN_BUDGET_LIMIT_CALLS,
    instrument: 'gauge',
    unit: '{call}',
    description: 'Limit of the budget for its current period, in calls.',
    valueType: 'int',
  },
  [METRIC_COSTSPAN_BUDGET_SPENT_USD]: {
    name: METRIC_COSTSPAN_BUDGET_SPENT_USD,
    instrument: 'gauge',
    unit: '{USD}',
    description: 'What the budget\'s current period has spent, in USD.',
    valueType: 'double',
  },
  [METRIC_COSTSPAN_BUDGET_SPENT_TOKENS]: {
    name: METRIC_COSTSPAN_BUDGET_SPENT_TOKENS,
    instrument: 'gauge',
    unit: '{token}',
    description: 'What the budget\'s current period has spent, in tokens.',
    valueType: 'int',
  },
  [METRIC_COSTSPAN_BUDGET_SPENT_CALLS]: {
    name: METRIC_COSTSPAN_BUDGET_SPENT_CALLS,
    instrument: 'gauge',
    unit: '{call}',
    description: 'What the budget\'s current period has spent, in calls.',
    valueType: 'int',
  },
  [METRIC_COSTSPAN_BUDGET_HELD_USD]: {
    name: METRIC_COSTSPAN_BUDGET_HELD_USD,
    instrument: 'gauge',
    unit: '{USD}',
    description: 'What calls in flight hold of the budget, in USD.',
    valueType: 'double',
  },
  [METRIC_COSTSPAN_BUDGET_HELD_TOKENS]: {
    name: METRIC_COSTSPAN_BUDGET_HELD_TOKENS,
    instrument: 'gauge',
    unit: '{token}',
    description: 'What calls in flight hold of the budget, in tokens.',
    valueType: 'int',
  },
  [METRIC_COSTSPAN_BUDGET_HELD_CALLS]: {
    name: METRIC_COSTSPAN_BUDGET_HELD_CALLS,
    instrument: 'gauge',
    unit: '{call}',
    description: 'What calls in flight hold of the budget, in calls.',
    valueType: 'int',
  },
  [METRIC_COSTSPAN_BUDGET_FORECAST_USD]: {
    name: METRIC_COSTSPAN_BUDGET_FORECAST_USD,
    instrument: 'gauge',
    unit: '{USD}',
    description: 'What the budget\'s period is expected to come to, in USD.',
    valueType: 'double',
  },
  [METRIC_COSTSPAN_BUDGET_FORECAST_TOKENS]: {
    name: METRIC_COSTSPAN_BUDGET_FORECAST_TOKENS,
    instrument: 'gauge',
    unit: '{token}',
    description: 'What the budget\'s period is expected to come to, in tokens.',
    valueType: 'double',
  },
  [METRIC_COSTSPAN_BUDGET_FORECAST_CALLS]: {
    name: METRIC_COSTSPAN_BUDGET_FORECAST_CALLS,
    instrument: 'gauge',
    unit: '{call}',
    description: 'What the budget\'s period is expected to come to, in calls.',
    valueType: 'double',
  },
  [METRIC_COSTSPAN_BUDGET_DECISIONS]: {
    name: METRIC_COSTSPAN_BUDGET_DECISIONS,
    instrument: 'counter',
    unit: '{decision}',
    description: 'Decisions of budgets about calls.',
    valueType: 'int',
  },
  [METRIC_COSTSPAN_BUDGET_ALERTS]: {
    name: METRIC_COSTSPAN_BUDGET_ALERTS,
    instrument: 'counter',
    unit: '{alert}',
    description: 'Shares of limits reached, each counted by the process that saw it first.',
    valueType: 'int',
  },
  [METRIC_COSTSPAN_AGENT_STOPS]: {
    name: METRIC_COSTSPAN_AGENT_STOPS,
    instrument: 'counter',
    unit: '{stop}',
    description: 'Runs stopped by an agent limit.',
    valueType: 'int',
  },
  [METRIC_COSTSPAN_AGENT_ALERTS]: {
    name: METRIC_COSTSPAN_AGENT_ALERTS,
    instrument: 'counter',
    unit: '{alert}',
    description: 'Runs beyond twice their expected tokens, past half of the inference calls they may make, or beyond a limit that nobody could hold because a span told of the call.',
    valueType: 'int',
  },
  [METRIC_COSTSPAN_OUTCOMES]: {
    name: METRIC_COSTSPAN_OUTCOMES,
    instrument: 'counter',
    unit: '{outcome}',
    description: 'Business outcomes recorded.',
    valueType: 'double',
  },
  [METRIC_COSTSPAN_OUTCOME_VALUE_USD]: {
    name: METRIC_COSTSPAN_OUTCOME_VALUE_USD,
    instrument: 'counter',
    unit: '{USD}',
    description: 'Worth of the business outcomes recorded, in USD.',
    valueType: 'double',
  },
  [METRIC_COSTSPAN_PRICE_BOOK_AGE_SECONDS]: {
    name: METRIC_COSTSPAN_PRICE_BOOK_AGE_SECONDS,
    instrument: 'gauge',
    unit: '{second}',
    description: 'Age of the price book in use, in seconds.',
    valueType: 'double',
  },
  [METRIC_COSTSPAN_BACKGROUND_RESPONSES]: {
    name: METRIC_COSTSPAN_BACKGROUND_RESPONSES,
    instrument: 'counter',
    unit: '{response}',
    description: 'Responses that a provider works on in the background, as they are begun and as somebody sees them over. Begun ones that are in no other state are still to be read.',
    valueType: 'int',
  },
  [METRIC_COSTSPAN_UNMETERED_REQUESTS]: {
    name: METRIC_COSTSPAN_UNMETERED_REQUESTS,
    instrument: 'counter',
    unit: '{request}',
    description: 'HTTP requests to known model hosts that no instrumentation saw.',
    valueType: 'int',
  },
  [METRIC_COSTSPAN_INTERNAL_ERRORS]: {
    name: METRIC_COSTSPAN_INTERNAL_ERRORS,
    instrument: 'counter',
    unit: '{error}',
    description: 'Guarded failures of Costspan itself.',
    valueType: 'int',
  },
  [METRIC_GEN_AI_CLIENT_INFERENCE_DURATION]: {
    name: METRIC_GEN_AI_CLIENT_INFERENCE_DURATION,
    instrument: 'histogram',
    unit: 's',
    description: 'Duration of an inference call.',
    valueType: 'double',
    boundaries: [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92],
  },
  [METRIC_GEN_AI_CLIENT_INFERENCE_TIME_TO_FIRST_CHUNK]: {
    name: METRIC_GEN_AI_CLIENT_INFERENCE_TIME_TO_FIRST_CHUNK,
    instrument: 'histogram',
    unit: 's',
    description: 'Time from the request to the first chunk of a stream.',
    valueType: 'double',
    boundaries: [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92],
  },
  [METRIC_GEN_AI_CLIENT_INFERENCE_TIME_PER_OUTPUT_CHUNK]: {
    name: METRIC_GEN_AI_CLIENT_INFERENCE_TIME_PER_OUTPUT_CHUNK,
    instrument: 'histogram',
    unit: 's',
    description: 'Time between the chunks of a stream.',
    valueType: 'double',
    boundaries: [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92],
  },
  [METRIC_GEN_AI_CLIENT_INFERENCE_USAGE_INPUT_TOKENS]: {
    name: METRIC_GEN_AI_CLIENT_INFERENCE_USAGE_INPUT_TOKENS,
    instrument: 'counter',
    unit: '{token}',
    description: 'Input tokens used, cached ones included.',
    valueType: 'int',
  },
  [METRIC_GEN_AI_CLIENT_INFERENCE_USAGE_OUTPUT_TOKENS]: {
    name: METRIC_GEN_AI_CLIENT_INFERENCE_USAGE_OUTPUT_TOKENS,
    instrument: 'counter',
    unit: '{token}',
    description: 'Output tokens used, reasoning included.',
    valueType: 'int',
  },
  [METRIC_GEN_AI_CLIENT_INFERENCE_USAGE_CACHE_READ_INPUT_TOKENS]: {
    name: METRIC_GEN_AI_CLIENT_INFERENCE_USAGE_CACHE_READ_INPUT_TOKENS,
    instrument: 'counter',
    unit: '{token}',
    description: 'Input tokens read from a cache.',
    valueType: 'int',
  },
  [METRIC_GEN_AI_CLIENT_INFERENCE_USAGE_CACHE_WRITE_INPUT_TOKENS]: {
    name: METRIC_GEN_AI_CLIENT_INFERENCE_USAGE_CACHE_WRITE_INPUT_TOKENS,
    instrument: 'counter',
    unit: '{token}',
    description: 'Input tokens written to a cache.',
    valueType: 'int',
  },
  [METRIC_GEN_AI_CLIENT_INFERENCE_USAGE_REASONING_OUTPUT_TOKENS]: {
    name: METRIC_GEN_AI_CLIENT_INFERENCE_USAGE_REASONING_OUTPUT_TOKENS,
    instrument: 'counter',
    unit: '{token}',
    description: 'Output tokens spent on reasoning.',
    valueType: 'int',
  },
  [METRIC_GEN_AI_CLIENT_INFERENCE_OPERATION_INPUT_TOKENS]: {
    name: METRIC_GEN_AI_CLIENT_INFERENCE_OPERATION_INPUT_TOKENS,
    instrument: 'histogram',
    unit: '{token}',
    description: 'Input tokens of one call.',
    valueType: 'int',
    boundaries: [1, 4, 16, 64, 256, 1024, 4096, 16384, 65536, 262144, 1048576, 4194304, 16777216, 67108864],
  },
  [METRIC_GEN_AI_CLIENT_INFERENCE_OPERATION_OUTPUT_TOKENS]: {
    name: METRIC_GEN_AI_CLIENT_INFERENCE_OPERATION_OUTPUT_TOKENS,
    instrument: 'histogram',
    unit: '{token}',
    description: 'Output tokens of one call.',
    valueType: 'int',
    boundaries: [1, 4, 16, 64, 256, 1024, 4096, 16384, 65536, 262144, 1048576, 4194304, 16777216, 67108864],
  },
  [METRIC_GEN_AI_CLIENT_OPERATION_DURATION]: {
    name: METRIC_GEN_AI_CLIENT_OPERATION_DURATION,
    instrument: 'histogram',
    unit: 's',
    description: 'Duration of a client operation other than inference.',
    valueType: 'double',
    boundaries: [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92],
  },
  [METRIC_GEN_AI_INVOKE_AGENT_DURATION]: {
    name: METRIC_GEN_AI_INVOKE_AGENT_DURATION,
    instrument: 'histogram',
    unit: 's',
    description: 'Duration of an agent invocation.',
    valueType: 'double',
    boundaries: [0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 12.8, 25.6, 51.2, 102.4, 204.8, 409.6],
  },
  [METRIC_GEN_AI_INVOKE_AGENT_INFERENCE_CALLS]: {
    name: METRIC_GEN_AI_INVOKE_AGENT_INFERENCE_CALLS,
    instrument: 'histogram',
    unit: '{inference_call}',
    description: 'Inference calls that an agent invocation made itself.',
    valueType: 'int',
    boundaries: [1, 2, 4, 8, 16, 32, 64, 128],
  },
  [METRIC_GEN_AI_INVOKE_AGENT_TOOL_CALLS]: {
    name: METRIC_GEN_AI_INVOKE_AGENT_TOOL_CALLS,
    instrument: 'histogram',
    unit: '{tool_call}',
    description: 'Tool calls that an agent invocation made itself.',
    valueType: 'int',
    boundaries: [1, 2, 4, 8, 16, 32, 64, 128],
  },
  [METRIC_GEN_AI_INVOKE_WORKFLOW_DURATION]: {
    name: METRIC_GEN_AI_INVOKE_WORKFLOW_DURATION,
    instrument: 'histogram',
    unit: 's',
    description: 'Duration of a workflow invocation.',
    valueType: 'double',
    boundaries: [1, 5, 10, 30, 60, 120, 300, 600, 1800, 3600, 7200],
  },
  [METRIC_GEN_AI_EXECUTE_TOOL_DURATION]: {
    name: METRIC_GEN_AI_EXECUTE_TOOL_DURATION,
    instrument: 'histogram',
    unit: 's',
    description: 'Duration of a tool execution.',
    valueType: 'double',
    boundaries: [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92],
  },
};
