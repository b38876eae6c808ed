/*
 * Generated from conventions/registry/*.yaml and conventions/upstream/gen-ai.yaml
 * by `npm run generate`. Do not edit.
 *
 * Upstream names:
 * https://github.com/open-telemetry/semantic-conventions-genai at 024a4f944a1291fcb627c9c47da69e79868dd15e
 * https://github.com/open-telemetry/semantic-conventions at v1.44.0
 */

/** Team that pays for the call. */
export const ATTR_COSTSPAN_TEAM = 'costspan.team' as const;

/** Workflow that the call is part of. */
export const ATTR_COSTSPAN_WORKFLOW = 'costspan.workflow' as const;

/** Project that the call is charged to. */
export const ATTR_COSTSPAN_PROJECT = 'costspan.project' as const;

/** Application that made the call, where it is coarser or finer than `service.name`. */
export const ATTR_COSTSPAN_APPLICATION = 'costspan.application' as const;

/** Cost center in the organization's books. */
export const ATTR_COSTSPAN_COST_CENTER = 'costspan.cost_center' as const;

/** Purpose of the call, across workflows. */
export const ATTR_COSTSPAN_USE_CASE = 'costspan.use_case' as const;

/** Business process that the call serves. */
export const ATTR_COSTSPAN_BUSINESS_PROCESS = 'costspan.business_process' as const;

/** Kind of request that led to the call. */
export const ATTR_COSTSPAN_REQUEST_TYPE = 'costspan.request_type' as const;

/** Role or group answerable for what the call is worth. */
export const ATTR_COSTSPAN_BUSINESS_OWNER = 'costspan.business_owner' as const;

/** Role or group answerable for how the call is made. */
export const ATTR_COSTSPAN_TECHNICAL_OWNER = 'costspan.technical_owner' as const;

/** Budget pool that the call draws from. */
export const ATTR_COSTSPAN_POOL = 'costspan.pool' as const;

/** Required attribution keys that had no value; absent when none was missing. */
export const ATTR_COSTSPAN_ATTRIBUTION_MISSING = 'costspan.attribution.missing' as const;

/** Weakest source among the attribution values of the call. */
export const ATTR_COSTSPAN_ATTRIBUTION_SOURCE = 'costspan.attribution.source' as const;
/** Named by the application's own code. */
export const COSTSPAN_ATTRIBUTION_SOURCE_VALUE_CODE = 'code' as const;
/** Taken from the process environment. */
export const COSTSPAN_ATTRIBUTION_SOURCE_VALUE_ENVIRONMENT = 'environment' as const;
/** Believed from the baggage of an inbound request. */
export const COSTSPAN_ATTRIBUTION_SOURCE_VALUE_BAGGAGE = 'baggage' as const;
/** Taken from the configuration's defaults. */
export const COSTSPAN_ATTRIBUTION_SOURCE_VALUE_DEFAULTS = 'defaults' as const;

/** Whether a price was found. An unknown price is never an amount of 0. */
export const ATTR_COSTSPAN_PRICE_STATE = 'costspan.price.state' as const;
/** The call has a price, and it is known whole. */
export const COSTSPAN_PRICE_STATE_VALUE_PRICED = 'priced' as const;
/** The amount is a lower bound: `costspan.cost.missing` names what was billed beside it without a known price or count. */
export const COSTSPAN_PRICE_STATE_VALUE_PARTIAL = 'partial' as const;
/** The price book says that the call costs nothing. */
export const COSTSPAN_PRICE_STATE_VALUE_FREE = 'free' as const;
/** No price was found; the call has no amount. */
export const COSTSPAN_PRICE_STATE_VALUE_UNPRICED = 'unpriced' as const;

/** Price book in use, with its version and the overlay's fingerprint. */
export const ATTR_COSTSPAN_PRICE_BOOK = 'costspan.price.book' as const;

/** How the model was found in the price book. */
export const ATTR_COSTSPAN_PRICE_MATCH = 'costspan.price.match' as const;
/** The model is listed under this id. */
export const COSTSPAN_PRICE_MATCH_VALUE_EXACT = 'exact' as const;
/** The model is a listed id under another spelling, such as one with a date. */
export const COSTSPAN_PRICE_MATCH_VALUE_ALIAS = 'alias' as const;
/** Only a prefix matched, so the price is a guess. */
export const COSTSPAN_PRICE_MATCH_VALUE_FAMILY = 'family' as const;
/** The user's overlay has the price. */
export const COSTSPAN_PRICE_MATCH_VALUE_OVERLAY = 'overlay' as const;

/** Service tier that was priced, which is the one that was served. */
export const ATTR_COSTSPAN_PRICE_TIER = 'costspan.price.tier' as const;

/** What a `partial` amount leaves out; absent where it leaves out nothing. */
export const ATTR_COSTSPAN_COST_MISSING = 'costspan.cost.missing' as const;

/** Part of the amount for input tokens that touched no cache. */
export const ATTR_COSTSPAN_COST_INPUT = 'costspan.cost.input' as const;

/** Part of the amount for input tokens read from a prompt cache. */
export const ATTR_COSTSPAN_COST_CACHE_READ = 'costspan.cost.cache_read' as const;

/** Part of the amount for input tokens written to a prompt cache. */
export const ATTR_COSTSPAN_COST_CACHE_WRITE = 'costspan.cost.cache_write' as const;

/** Part of the amount for output tokens that are not reasoning. */
export const ATTR_COSTSPAN_COST_OUTPUT = 'costspan.cost.output' as const;

/** Part of the amount for reasoning tokens. */
export const ATTR_COSTSPAN_COST_REASONING = 'costspan.cost.reasoning' as const;

/** Part of the amount that is charged by request or by use of a provider's tool. */
export const ATTR_COSTSPAN_COST_TOOLS = 'costspan.cost.tools' as const;

/** Where the token counts came from. */
export const ATTR_COSTSPAN_USAGE_SOURCE = 'costspan.usage.source' as const;
/** The response reported the usage. */
export const COSTSPAN_USAGE_SOURCE_VALUE_PROVIDER = 'provider' as const;
/** The usage did not arrive and was estimated from lengths. */
export const COSTSPAN_USAGE_SOURCE_VALUE_ESTIMATED = 'estimated' as const;

/** Class of the model; the overlay may use words of its own. */
export const ATTR_COSTSPAN_MODEL_TIER = 'costspan.model.tier' as const;
/** The provider's most capable models. */
export const COSTSPAN_MODEL_TIER_VALUE_FRONTIER = 'frontier' as const;
/** Models between the two. */
export const COSTSPAN_MODEL_TIER_VALUE_MID = 'mid' as const;
/** Models made to be cheap and quick. */
export const COSTSPAN_MODEL_TIER_VALUE_SMALL = 'small' as const;
/** Models that reason before they answer. */
export const COSTSPAN_MODEL_TIER_VALUE_REASONING = 'reasoning' as const;

/** The span tells of a call whose money another one carries, which is inside it or told of the call first. Absent where that is not so. */
export const ATTR_COSTSPAN_CALL_STRUCTURE = 'costspan.call.structure' as const;

/** No rule knows the writer of the span, or its operation: that it is a call follows from the model and the tokens that it names. Absent where that is not so. */
export const ATTR_COSTSPAN_CALL_GUESSED = 'costspan.call.guessed' as const;

/** Automatic retries inside the call; absent when there were none. */
export const ATTR_COSTSPAN_RETRY_COUNT = 'costspan.retry.count' as const;

/** Inference calls issued so far in the agent run, this one included; 1 or more. */
export const ATTR_COSTSPAN_LOOP_DEPTH = 'costspan.loop.depth' as const;

/** Agents that enclose the call; 0 or more. */
export const ATTR_COSTSPAN_AGENT_DEPTH = 'costspan.agent.depth' as const;

/** The provider's id of the batch that the span created or read results of. */
export const ATTR_COSTSPAN_BATCH_ID = 'costspan.batch.id' as const;

/** Answers read in the span that stands for one reading of a batch's results. */
export const ATTR_COSTSPAN_BATCH_ANSWERS = 'costspan.batch.answers' as const;

/** The run that the call belongs to. Never on metrics. */
export const ATTR_COSTSPAN_RUN_ID = 'costspan.run.id' as const;

/** Sum of the amounts of the run's calls, in USD. */
export const ATTR_COSTSPAN_RUN_COST_AMOUNT = 'costspan.run.cost.amount' as const;

/** Inference calls of the run. */
export const ATTR_COSTSPAN_RUN_INFERENCE_CALLS = 'costspan.run.inference_calls' as const;

/** Tool calls of the run. */
export const ATTR_COSTSPAN_RUN_TOOL_CALLS = 'costspan.run.tool_calls' as const;

/** Input tokens of the run's calls, cached ones included. */
export const ATTR_COSTSPAN_RUN_INPUT_TOKENS = 'costspan.run.input_tokens' as const;

/** Output tokens of the run's calls, reasoning included. */
export const ATTR_COSTSPAN_RUN_OUTPUT_TOKENS = 'costspan.run.output_tokens' as const;

/** Greatest loop depth among the run's calls. */
export const ATTR_COSTSPAN_RUN_MAX_LOOP_DEPTH = 'costspan.run.max_loop_depth' as const;

/** Budget that decided. */
export const ATTR_COSTSPAN_BUDGET_ID = 'costspan.budget.id' as const;

/** What the budget decided about the call. */
export const ATTR_COSTSPAN_BUDGET_DECISION = 'costspan.budget.decision' as const;
/** Admitted. */
export const COSTSPAN_BUDGET_DECISION_VALUE_ALLOW = 'allow' as const;
/** Admitted with a threshold crossed, or over a limit that does not block. */
export const COSTSPAN_BUDGET_DECISION_VALUE_ALERT = 'alert' as const;
/** Admitted after a wait. */
export const COSTSPAN_BUDGET_DECISION_VALUE_THROTTLE = 'throttle' as const;
/** Admitted with a cheaper model. */
export const COSTSPAN_BUDGET_DECISION_VALUE_DOWNGRADE = 'downgrade' as const;
/** Admitted only because of an override. */
export const COSTSPAN_BUDGET_DECISION_VALUE_OVERRIDE = 'override' as const;
/** Refused before it was sent. */
export const COSTSPAN_BUDGET_DECISION_VALUE_BLOCK = 'block' as const;

/** Kind of the budget's period, never the id of one period. */
export const ATTR_COSTSPAN_BUDGET_PERIOD = 'costspan.budget.period' as const;
/** One run. */
export const COSTSPAN_BUDGET_PERIOD_VALUE_RUN = 'run' as const;
/** A calendar hour. */
export const COSTSPAN_BUDGET_PERIOD_VALUE_HOUR = 'hour' as const;
/** A calendar day. */
export const COSTSPAN_BUDGET_PERIOD_VALUE_DAY = 'day' as const;
/** An ISO week. */
export const COSTSPAN_BUDGET_PERIOD_VALUE_WEEK = 'week' as const;
/** A calendar month. */
export const COSTSPAN_BUDGET_PERIOD_VALUE_MONTH = 'month' as const;
/** A calendar quarter. */
export const COSTSPAN_BUDGET_PERIOD_VALUE_QUARTER = 'quarter' as const;
/** A window that ends now. */
export const COSTSPAN_BUDGET_PERIOD_VALUE_ROLLING = 'rolling' as const;

/** Share of the limit that was reached, 1 for all of it. */
export const ATTR_COSTSPAN_BUDGET_THRESHOLD = 'costspan.budget.threshold' as const;

/** Which split of the budget, where it has one allowance for each value of some keys. */
export const ATTR_COSTSPAN_BUDGET_SPLIT = 'costspan.budget.split' as const;

/** What the budget counts. */
export const ATTR_COSTSPAN_BUDGET_UNIT = 'costspan.budget.unit' as const;
/** US dollars. */
export const COSTSPAN_BUDGET_UNIT_VALUE_USD = 'usd' as const;
/** Tokens. */
export const COSTSPAN_BUDGET_UNIT_VALUE_TOKENS = 'tokens' as const;
/** Calls. */
export const COSTSPAN_BUDGET_UNIT_VALUE_CALLS = 'calls' as const;

/** Limit of the period, in the budget's unit, overrides included. */
export const ATTR_COSTSPAN_BUDGET_LIMIT = 'costspan.budget.limit' as const;

/** What the period has spent, in the budget's unit. */
export const ATTR_COSTSPAN_BUDGET_SPENT = 'costspan.budget.spent' as const;

/** Which period it is, in the budget's time zone. */
export const ATTR_COSTSPAN_BUDGET_PERIOD_ID = 'costspan.budget.period_id' as const;

/** Model that the application asked for, where a budget sent the call to another. */
export const ATTR_COSTSPAN_BUDGET_DOWNGRADED_FROM = 'costspan.budget.downgraded_from' as const;

/** Agent limit that stopped the run. */
export const ATTR_COSTSPAN_LIMIT = 'costspan.limit' as const;
/** Too many inference calls. */
export const COSTSPAN_LIMIT_VALUE_INFERENCE_CALLS = 'inference_calls' as const;
/** Too many tool calls. */
export const COSTSPAN_LIMIT_VALUE_TOOL_CALLS = 'tool_calls' as const;
/** Too many tokens. */
export const COSTSPAN_LIMIT_VALUE_TOKENS = 'tokens' as const;
/** The run took too long. */
export const COSTSPAN_LIMIT_VALUE_DURATION = 'duration' as const;
/** The run cost too much. */
export const COSTSPAN_LIMIT_VALUE_COST = 'cost' as const;
/** Agents nested too deep. */
export const COSTSPAN_LIMIT_VALUE_DEPTH = 'depth' as const;
/** Too many automatic retries. */
export const COSTSPAN_LIMIT_VALUE_RETRIES = 'retries' as const;
/** The context of one call grew too large. */
export const COSTSPAN_LIMIT_VALUE_CONTEXT_TOKENS = 'context_tokens' as const;
/** The same tool call was made again and again. */
export const COSTSPAN_LIMIT_VALUE_REPEATED_TOOL_CALLS = 'repeated_tool_calls' as const;

/** The configured limit, or what an alert compares with, in calls, tokens, seconds or USD. */
export const ATTR_COSTSPAN_AGENT_ALLOWED = 'costspan.agent.allowed' as const;

/** What the run has come to, in the same unit. */
export const ATTR_COSTSPAN_AGENT_REACHED = 'costspan.agent.reached' as const;

/** Class of tokens, or of the money for them. The classes do not overlap. */
export const ATTR_COSTSPAN_TOKEN_CLASS = 'costspan.token.class' as const;
/** Input that touched no cache. */
export const COSTSPAN_TOKEN_CLASS_VALUE_INPUT = 'input' as const;
/** Input read from a prompt cache. */
export const COSTSPAN_TOKEN_CLASS_VALUE_CACHE_READ = 'cache_read' as const;
/** Input written to a prompt cache. */
export const COSTSPAN_TOKEN_CLASS_VALUE_CACHE_WRITE = 'cache_write' as const;
/** Output that is not reasoning. */
export const COSTSPAN_TOKEN_CLASS_VALUE_OUTPUT = 'output' as const;
/** Reasoning. */
export const COSTSPAN_TOKEN_CLASS_VALUE_REASONING = 'reasoning' as const;
/** Charges by request or by use of a provider's tool; money only. */
export const COSTSPAN_TOKEN_CLASS_VALUE_TOOLS = 'tools' as const;
/** A provider's total that could not be divided; money only. */
export const COSTSPAN_TOKEN_CLASS_VALUE_UNSPLIT = 'unsplit' as const;

/** What became of a response that the provider works on in the background. */
export const ATTR_COSTSPAN_BACKGROUND_STATE = 'costspan.background.state' as const;
/** A call has begun it; the call is counted. */
export const COSTSPAN_BACKGROUND_STATE_VALUE_BEGUN = 'begun' as const;
/** It was seen over and is booked, for who began it. */
export const COSTSPAN_BACKGROUND_STATE_VALUE_BOOKED = 'booked' as const;
/** It was seen over without any usage, such as cancelled. */
export const COSTSPAN_BACKGROUND_STATE_VALUE_UNBILLED = 'unbilled' as const;
/** Nobody has seen it over for a day; budgets were charged what they held for it. */
export const COSTSPAN_BACKGROUND_STATE_VALUE_UNREAD = 'unread' as const;
/** It was seen over where nobody knows who began it, and is not booked here. */
export const COSTSPAN_BACKGROUND_STATE_VALUE_UNKNOWN = 'unknown' as const;

/** How the call ended. */
export const ATTR_COSTSPAN_CALL_OUTCOME = 'costspan.call.outcome' as const;
/** The call completed. */
export const COSTSPAN_CALL_OUTCOME_VALUE_OK = 'ok' as const;
/** The call failed. */
export const COSTSPAN_CALL_OUTCOME_VALUE_ERROR = 'error' as const;
/** The caller gave up, or left a stream unread. */
export const COSTSPAN_CALL_OUTCOME_VALUE_ABORTED = 'aborted' as const;
/** A budget or a limit refused the call before it was sent. */
export const COSTSPAN_CALL_OUTCOME_VALUE_BLOCKED = 'blocked' as const;

/** Part of Costspan whose guarded failure was counted. */
export const ATTR_COSTSPAN_COMPONENT = 'costspan.component' as const;

/** Business outcome that the application recorded. */
export const ATTR_COSTSPAN_OUTCOME_NAME = 'costspan.outcome.name' as const;

/** Whether the outcome was reached. */
export const ATTR_COSTSPAN_OUTCOME_STATUS = 'costspan.outcome.status' as const;
/** The outcome was reached. */
export const COSTSPAN_OUTCOME_STATUS_VALUE_SUCCESS = 'success' as const;
/** The outcome was not reached. */
export const COSTSPAN_OUTCOME_STATUS_VALUE_FAILURE = 'failure' as const;
/** The outcome was reached in part. */
export const COSTSPAN_OUTCOME_STATUS_VALUE_PARTIAL = 'partial' as const;

/** Id under which the outcome counts once. Never on metrics. */
export const ATTR_COSTSPAN_OUTCOME_ID = 'costspan.outcome.id' as const;

/** How many outcomes the event stands for. */
export const ATTR_COSTSPAN_OUTCOME_QUANTITY = 'costspan.outcome.quantity' as const;

/** Quality of the outcome, on the application's own scale. */
export const ATTR_COSTSPAN_OUTCOME_QUALITY = 'costspan.outcome.quality' as const;

/** Worth of the outcome in USD, as the application states it. */
export const ATTR_COSTSPAN_OUTCOME_VALUE_USD = 'costspan.outcome.value.usd' as const;

/** Price of this one call, in the currency that `gen_ai.usage.cost.currency` names. */
export const ATTR_GEN_AI_USAGE_COST_AMOUNT = 'gen_ai.usage.cost.amount' as const;

/** Currency of the amount, as an ISO 4217 code. */
export const ATTR_GEN_AI_USAGE_COST_CURRENCY = 'gen_ai.usage.cost.currency' as const;

/** Where the amount came from. */
export const ATTR_GEN_AI_USAGE_COST_SOURCE = 'gen_ai.usage.cost.source' as const;
/** The response stated the amount; it was copied. */
export const GEN_AI_USAGE_COST_SOURCE_VALUE_PROVIDER = 'provider' as const;
/** The amount was computed from a price book while the call was recorded. */
export const GEN_AI_USAGE_COST_SOURCE_VALUE_LOCAL = 'local' as const;

/** Host that the call goes to, behind intermediaries where known. */
export const ATTR_SERVER_ADDRESS = 'server.address' as const;

/** Port of the host. */
export const ATTR_SERVER_PORT = 'server.port' as const;

/** Kind of failure: a code, an exception's class or another short token, never the message. */
export const ATTR_ERROR_TYPE = 'error.type' as const;
/** No more specific token applies. */
export const ERROR_TYPE_VALUE_OTHER = '_OTHER' as const;

/** Class of the exception. */
export const ATTR_EXCEPTION_TYPE = 'exception.type' as const;

/** Message of the exception. */
export const ATTR_EXCEPTION_MESSAGE = 'exception.message' as const;

/** Stack of the exception. */
export const ATTR_EXCEPTION_STACKTRACE = 'exception.stacktrace' as const;

/** Id of the user the call is for; on spans, never on metrics. */
export const ATTR_USER_ID = 'user.id' as const;

/** Id of the user's session. */
export const ATTR_SESSION_ID = 'session.id' as const;

/** Deployment environment, such as `production`. */
export const ATTR_DEPLOYMENT_ENVIRONMENT_NAME = 'deployment.environment.name' as const;

/** Name of the service. */
export const ATTR_SERVICE_NAME = 'service.name' as const;

/** Namespace of the service. */
export const ATTR_SERVICE_NAMESPACE = 'service.namespace' as const;

/** Version of the service. */
export const ATTR_SERVICE_VERSION = 'service.version' as const;

/** Id of the process; keeps the series of two processes apart. */
export const ATTR_SERVICE_INSTANCE_ID = 'service.instance.id' as const;

/** Transport of the connection. */
export const ATTR_NETWORK_TRANSPORT = 'network.transport' as const;
/** TCP. */
export const NETWORK_TRANSPORT_VALUE_TCP = 'tcp' as const;
/** UDP. */
export const NETWORK_TRANSPORT_VALUE_UDP = 'udp' as const;
/** QUIC. */
export const NETWORK_TRANSPORT_VALUE_QUIC = 'quic' as const;
/** A pipe, such as standard input and output. */
export const NETWORK_TRANSPORT_VALUE_PIPE = 'pipe' as const;
/** A Unix socket. */
export const NETWORK_TRANSPORT_VALUE_UNIX = 'unix' as const;

/** Status code of a remote procedure call. */
export const ATTR_RPC_RESPONSE_STATUS_CODE = 'rpc.response.status_code' as const;

/** Id of the JSON-RPC request. */
export const ATTR_JSONRPC_REQUEST_ID = 'jsonrpc.request.id' as const;

/** JSON-RPC version, where it is not 2.0. */
export const ATTR_JSONRPC_PROTOCOL_VERSION = 'jsonrpc.protocol.version' as const;

/** What was asked of the provider or framework. */
export const ATTR_GEN_AI_OPERATION_NAME = 'gen_ai.operation.name' as const;
/** Chat completion. */
export const GEN_AI_OPERATION_NAME_VALUE_CHAT = 'chat' as const;
/** Multimodal generation. */
export const GEN_AI_OPERATION_NAME_VALUE_GENERATE_CONTENT = 'generate_content' as const;
/** Text completion. */
export const GEN_AI_OPERATION_NAME_VALUE_TEXT_COMPLETION = 'text_completion' as const;
/** Embeddings. */
export const GEN_AI_OPERATION_NAME_VALUE_EMBEDDINGS = 'embeddings' as const;
/** Retrieval from a data source. */
export const GEN_AI_OPERATION_NAME_VALUE_RETRIEVAL = 'retrieval' as const;
/** Fetching a stored response; not inference, so without tokens and cost. */
export const GEN_AI_OPERATION_NAME_VALUE_FETCH_RESPONSE = 'fetch_response' as const;
/** Creating a hosted agent. */
export const GEN_AI_OPERATION_NAME_VALUE_CREATE_AGENT = 'create_agent' as const;
/** One invocation of an agent. */
export const GEN_AI_OPERATION_NAME_VALUE_INVOKE_AGENT = 'invoke_agent' as const;
/** One invocation of a workflow. */
export const GEN_AI_OPERATION_NAME_VALUE_INVOKE_WORKFLOW = 'invoke_workflow' as const;
/** An agent's planning phase. */
export const GEN_AI_OPERATION_NAME_VALUE_PLAN = 'plan' as const;
/** One execution of a tool by the client. */
export const GEN_AI_OPERATION_NAME_VALUE_EXECUTE_TOOL = 'execute_tool' as const;
/** Creating memory records. */
export const GEN_AI_OPERATION_NAME_VALUE_CREATE_MEMORY = 'create_memory' as const;
/** Searching memory records. */
export const GEN_AI_OPERATION_NAME_VALUE_SEARCH_MEMORY = 'search_memory' as const;
/** Changing memory records. */
export const GEN_AI_OPERATION_NAME_VALUE_UPDATE_MEMORY = 'update_memory' as const;
/** Creating or changing memory records. */
export const GEN_AI_OPERATION_NAME_VALUE_UPSERT_MEMORY = 'upsert_memory' as const;
/** Deleting memory records. */
export const GEN_AI_OPERATION_NAME_VALUE_DELETE_MEMORY = 'delete_memory' as const;
/** Creating a memory store. */
export const GEN_AI_OPERATION_NAME_VALUE_CREATE_MEMORY_STORE = 'create_memory_store' as const;
/** Deleting a memory store. */
export const GEN_AI_OPERATION_NAME_VALUE_DELETE_MEMORY_STORE = 'delete_memory_store' as const;

/** Provider, as the flavor of telemetry tells; other values are short tokens of our own. */
export const ATTR_GEN_AI_PROVIDER_NAME = 'gen_ai.provider.name' as const;
/** Anthropic. */
export const GEN_AI_PROVIDER_NAME_VALUE_ANTHROPIC = 'anthropic' as const;
/** AWS Bedrock. */
export const GEN_AI_PROVIDER_NAME_VALUE_AWS_BEDROCK = 'aws.bedrock' as const;
/** Azure AI Inference. */
export const GEN_AI_PROVIDER_NAME_VALUE_AZURE_AI_INFERENCE = 'azure.ai.inference' as const;
/** Azure OpenAI. */
export const GEN_AI_PROVIDER_NAME_VALUE_AZURE_AI_OPENAI = 'azure.ai.openai' as const;
/** Cohere. */
export const GEN_AI_PROVIDER_NAME_VALUE_COHERE = 'cohere' as const;
/** DeepSeek. */
export const GEN_AI_PROVIDER_NAME_VALUE_DEEPSEEK = 'deepseek' as const;
/** Gemini, at generativelanguage.googleapis.com. */
export const GEN_AI_PROVIDER_NAME_VALUE_GCP_GEMINI = 'gcp.gemini' as const;
/** Google, backend unknown. */
export const GEN_AI_PROVIDER_NAME_VALUE_GCP_GEN_AI = 'gcp.gen_ai' as const;
/** Vertex AI, at aiplatform.googleapis.com. */
export const GEN_AI_PROVIDER_NAME_VALUE_GCP_VERTEX_AI = 'gcp.vertex_ai' as const;
/** Groq. */
export const GEN_AI_PROVIDER_NAME_VALUE_GROQ = 'groq' as const;
/** IBM watsonx. */
export const GEN_AI_PROVIDER_NAME_VALUE_IBM_WATSONX_AI = 'ibm.watsonx.ai' as const;
/** Mistral AI. */
export const GEN_AI_PROVIDER_NAME_VALUE_MISTRAL_AI = 'mistral_ai' as const;
/** Moonshot AI. */
export const GEN_AI_PROVIDER_NAME_VALUE_MOONSHOT_AI = 'moonshot_ai' as const;
/** OpenAI. */
export const GEN_AI_PROVIDER_NAME_VALUE_OPENAI = 'openai' as const;
/** Perplexity. */
export const GEN_AI_PROVIDER_NAME_VALUE_PERPLEXITY = 'perplexity' as const;
/** xAI. */
export const GEN_AI_PROVIDER_NAME_VALUE_X_AI = 'x_ai' as const;

/** Model asked for, exactly as sent. */
export const ATTR_GEN_AI_REQUEST_MODEL = 'gen_ai.request.model' as const;

/** Answers asked for, when not 1. */
export const ATTR_GEN_AI_REQUEST_CHOICE_COUNT = 'gen_ai.request.choice.count' as const;

/** Encodings asked for. */
export const ATTR_GEN_AI_REQUEST_ENCODING_FORMATS = 'gen_ai.request.encoding_formats' as const;

/** Frequency penalty. */
export const ATTR_GEN_AI_REQUEST_FREQUENCY_PENALTY = 'gen_ai.request.frequency_penalty' as const;

/** Most tokens the model may generate. */
export const ATTR_GEN_AI_REQUEST_MAX_TOKENS = 'gen_ai.request.max_tokens' as const;

/** Presence penalty. */
export const ATTR_GEN_AI_REQUEST_PRESENCE_PENALTY = 'gen_ai.request.presence_penalty' as const;

/** Response that the request continues. */
export const ATTR_GEN_AI_REQUEST_PREVIOUS_RESPONSE_ID = 'gen_ai.request.previous_response.id' as const;

/** Reasoning effort, exactly as sent. */
export const ATTR_GEN_AI_REQUEST_REASONING_LEVEL = 'gen_ai.request.reasoning.level' as const;

/** Seed. */
export const ATTR_GEN_AI_REQUEST_SEED = 'gen_ai.request.seed' as const;

/** Texts that end the generation. */
export const ATTR_GEN_AI_REQUEST_STOP_SEQUENCES = 'gen_ai.request.stop_sequences' as const;

/** True for a stream; otherwise absent. */
export const ATTR_GEN_AI_REQUEST_STREAM = 'gen_ai.request.stream' as const;

/** Temperature. */
export const ATTR_GEN_AI_REQUEST_TEMPERATURE = 'gen_ai.request.temperature' as const;

/** Top-k sampling. */
export const ATTR_GEN_AI_REQUEST_TOP_K = 'gen_ai.request.top_k' as const;

/** Top-p sampling. */
export const ATTR_GEN_AI_REQUEST_TOP_P = 'gen_ai.request.top_p' as const;

/** Position from which a stored response is streamed. */
export const ATTR_GEN_AI_REQUEST_STREAM_CURSOR = 'gen_ai.request.stream_cursor' as const;

/** Kind of output asked for. */
export const ATTR_GEN_AI_OUTPUT_TYPE = 'gen_ai.output.type' as const;
/** Text. */
export const GEN_AI_OUTPUT_TYPE_VALUE_TEXT = 'text' as const;
/** JSON. */
export const GEN_AI_OUTPUT_TYPE_VALUE_JSON = 'json' as const;
/** An image. */
export const GEN_AI_OUTPUT_TYPE_VALUE_IMAGE = 'image' as const;
/** Speech. */
export const GEN_AI_OUTPUT_TYPE_VALUE_SPEECH = 'speech' as const;

/** Name of the prompt template. */
export const ATTR_GEN_AI_PROMPT_NAME = 'gen_ai.prompt.name' as const;

/** Version of the prompt template. */
export const ATTR_GEN_AI_PROMPT_VERSION = 'gen_ai.prompt.version' as const;

/** Conversation, where the library or the application owns such an id. */
export const ATTR_GEN_AI_CONVERSATION_ID = 'gen_ai.conversation.id' as const;

/** True when the conversation was compacted; otherwise absent. */
export const ATTR_GEN_AI_CONVERSATION_COMPACTED = 'gen_ai.conversation.compacted' as const;

/** API of OpenAI that was called. */
export const ATTR_OPENAI_API_TYPE = 'openai.api.type' as const;
/** Chat completions. */
export const OPENAI_API_TYPE_VALUE_CHAT_COMPLETIONS = 'chat_completions' as const;
/** Responses. */
export const OPENAI_API_TYPE_VALUE_RESPONSES = 'responses' as const;

/** Service tier asked for, when not `auto`. */
export const ATTR_OPENAI_REQUEST_SERVICE_TIER = 'openai.request.service_tier' as const;

/** Id of the response. */
export const ATTR_GEN_AI_RESPONSE_ID = 'gen_ai.response.id' as const;

/** Model that answered. */
export const ATTR_GEN_AI_RESPONSE_MODEL = 'gen_ai.response.model' as const;

/** Why each choice ended, in the order of the choices. */
export const ATTR_GEN_AI_RESPONSE_FINISH_REASONS = 'gen_ai.response.finish_reasons' as const;

/** State of a stored response. */
export const ATTR_GEN_AI_RESPONSE_STATUS = 'gen_ai.response.status' as const;
/** Not begun. */
export const GEN_AI_RESPONSE_STATUS_VALUE_QUEUED = 'queued' as const;
/** Under way. */
export const GEN_AI_RESPONSE_STATUS_VALUE_IN_PROGRESS = 'in_progress' as const;
/** Completed. */
export const GEN_AI_RESPONSE_STATUS_VALUE_COMPLETED = 'completed' as const;
/** Ended early. */
export const GEN_AI_RESPONSE_STATUS_VALUE_INCOMPLETE = 'incomplete' as const;
/** Failed. */
export const GEN_AI_RESPONSE_STATUS_VALUE_FAILED = 'failed' as const;
/** Cancelled. */
export const GEN_AI_RESPONSE_STATUS_VALUE_CANCELLED = 'cancelled' as const;

/** Seconds from the request to the first chunk of a stream. */
export const ATTR_GEN_AI_RESPONSE_TIME_TO_FIRST_CHUNK = 'gen_ai.response.time_to_first_chunk' as const;

/** Service tier served. */
export const ATTR_OPENAI_RESPONSE_SERVICE_TIER = 'openai.response.service_tier' as const;

/** Fingerprint of the serving configuration. */
export const ATTR_OPENAI_RESPONSE_SYSTEM_FINGERPRINT = 'openai.response.system_fingerprint' as const;

/** All input tokens, cached ones included. */
export const ATTR_GEN_AI_USAGE_INPUT_TOKENS = 'gen_ai.usage.input_tokens' as const;

/** Input tokens read from a cache; part of the input. */
export const ATTR_GEN_AI_USAGE_CACHE_READ_INPUT_TOKENS = 'gen_ai.usage.cache_read.input_tokens' as const;

/** Input tokens written to a cache; part of the input. */
export const ATTR_GEN_AI_USAGE_CACHE_WRITE_INPUT_TOKENS = 'gen_ai.usage.cache_write.input_tokens' as const;

/** Input tokens of text; part of the input. */
export const ATTR_GEN_AI_USAGE_TEXT_INPUT_TOKENS = 'gen_ai.usage.text.input_tokens' as const;

/** Input tokens of image; part of the input. */
export const ATTR_GEN_AI_USAGE_IMAGE_INPUT_TOKENS = 'gen_ai.usage.image.input_tokens' as const;

/** Input tokens of audio; part of the input. */
export const ATTR_GEN_AI_USAGE_AUDIO_INPUT_TOKENS = 'gen_ai.usage.audio.input_tokens' as const;

/** Input tokens of text read from a cache; part of the cache reads. */
export const ATTR_GEN_AI_USAGE_TEXT_CACHE_READ_INPUT_TOKENS = 'gen_ai.usage.text.cache_read.input_tokens' as const;

/** Input tokens of image read from a cache; part of the cache reads. */
export const ATTR_GEN_AI_USAGE_IMAGE_CACHE_READ_INPUT_TOKENS = 'gen_ai.usage.image.cache_read.input_tokens' as const;

/** Input tokens of audio read from a cache; part of the cache reads. */
export const ATTR_GEN_AI_USAGE_AUDIO_CACHE_READ_INPUT_TOKENS = 'gen_ai.usage.audio.cache_read.input_tokens' as const;

/** All output tokens, reasoning included. */
export const ATTR_GEN_AI_USAGE_OUTPUT_TOKENS = 'gen_ai.usage.output_tokens' as const;

/** Output tokens spent on reasoning; part of the output. */
export const ATTR_GEN_AI_USAGE_REASONING_OUTPUT_TOKENS = 'gen_ai.usage.reasoning.output_tokens' as const;

/** Output tokens of text; part of the output. */
export const ATTR_GEN_AI_USAGE_TEXT_OUTPUT_TOKENS = 'gen_ai.usage.text.output_tokens' as const;

/** Output tokens of image; part of the output. */
export const ATTR_GEN_AI_USAGE_IMAGE_OUTPUT_TOKENS = 'gen_ai.usage.image.output_tokens' as const;

/** Output tokens of audio; part of the output. */
export const ATTR_GEN_AI_USAGE_AUDIO_OUTPUT_TOKENS = 'gen_ai.usage.audio.output_tokens' as const;

/** Modality of the tokens, on token counters. */
export const ATTR_GEN_AI_TOKEN_MODALITY = 'gen_ai.token.modality' as const;
/** Text. */
export const GEN_AI_TOKEN_MODALITY_VALUE_TEXT = 'text' as const;
/** Images. */
export const GEN_AI_TOKEN_MODALITY_VALUE_IMAGE = 'image' as const;
/** Audio. */
export const GEN_AI_TOKEN_MODALITY_VALUE_AUDIO = 'audio' as const;
/** Not broken down. */
export const GEN_AI_TOKEN_MODALITY_VALUE_UNKNOWN = 'unknown' as const;

/** Dimensions of the embeddings. */
export const ATTR_GEN_AI_EMBEDDINGS_DIMENSION_COUNT = 'gen_ai.embeddings.dimension.count' as const;

/** Name of the agent. */
export const ATTR_GEN_AI_AGENT_NAME = 'gen_ai.agent.name' as const;

/** Stable id of a hosted agent. */
export const ATTR_GEN_AI_AGENT_ID = 'gen_ai.agent.id' as const;

/** Description of the agent. */
export const ATTR_GEN_AI_AGENT_DESCRIPTION = 'gen_ai.agent.description' as const;

/** Version of the agent. */
export const ATTR_GEN_AI_AGENT_VERSION = 'gen_ai.agent.version' as const;

/** Name of the workflow that the application gave. */
export const ATTR_GEN_AI_WORKFLOW_NAME = 'gen_ai.workflow.name' as const;

/** Name of the tool. */
export const ATTR_GEN_AI_TOOL_NAME = 'gen_ai.tool.name' as const;

/** Id of the tool call. */
export const ATTR_GEN_AI_TOOL_CALL_ID = 'gen_ai.tool.call.id' as const;

/** Description of the tool. */
export const ATTR_GEN_AI_TOOL_DESCRIPTION = 'gen_ai.tool.description' as const;

/** Where the tool runs. */
export const ATTR_GEN_AI_TOOL_TYPE = 'gen_ai.tool.type' as const;
/** In the client. */
export const GEN_AI_TOOL_TYPE_VALUE_FUNCTION = 'function' as const;
/** On the agent's side. */
export const GEN_AI_TOOL_TYPE_VALUE_EXTENSION = 'extension' as const;
/** A data store to ask. */
export const GEN_AI_TOOL_TYPE_VALUE_DATASTORE = 'datastore' as const;

/** Data source of a retrieval. */
export const ATTR_GEN_AI_DATA_SOURCE_ID = 'gen_ai.data_source.id' as const;

/** Documents asked for. */
export const ATTR_GEN_AI_RETRIEVAL_TOP_K = 'gen_ai.retrieval.top_k' as const;

/** Memory store. */
export const ATTR_GEN_AI_MEMORY_STORE_ID = 'gen_ai.memory.store.id' as const;

/** Memory record. */
export const ATTR_GEN_AI_MEMORY_RECORD_ID = 'gen_ai.memory.record.id' as const;

/** Memory records concerned. */
export const ATTR_GEN_AI_MEMORY_RECORD_COUNT = 'gen_ai.memory.record.count' as const;

/** Name of an evaluation. */
export const ATTR_GEN_AI_EVALUATION_NAME = 'gen_ai.evaluation.name' as const;

/** Score of an evaluation. */
export const ATTR_GEN_AI_EVALUATION_SCORE_VALUE = 'gen_ai.evaluation.score.value' as const;

/** Label of an evaluation's score. */
export const ATTR_GEN_AI_EVALUATION_SCORE_LABEL = 'gen_ai.evaluation.score.label' as const;

/** Messages sent. */
export const ATTR_GEN_AI_INPUT_MESSAGES = 'gen_ai.input.messages' as const;

/** Messages received. */
export const ATTR_GEN_AI_OUTPUT_MESSAGES = 'gen_ai.output.messages' as const;

/** System instructions. */
export const ATTR_GEN_AI_SYSTEM_INSTRUCTIONS = 'gen_ai.system_instructions' as const;

/** Tools offered to the model. */
export const ATTR_GEN_AI_TOOL_DEFINITIONS = 'gen_ai.tool.definitions' as const;

/** Arguments of a tool call. */
export const ATTR_GEN_AI_TOOL_CALL_ARGUMENTS = 'gen_ai.tool.call.arguments' as const;

/** Result of a tool call. */
export const ATTR_GEN_AI_TOOL_CALL_RESULT = 'gen_ai.tool.call.result' as const;

/** Guardrail in force. */
export const ATTR_AWS_BEDROCK_GUARDRAIL_ID = 'aws.bedrock.guardrail.id' as const;

/** Knowledge base asked. */
export const ATTR_AWS_BEDROCK_KNOWLEDGE_BASE_ID = 'aws.bedrock.knowledge_base.id' as const;

/** Azure resource provider. */
export const ATTR_AZURE_RESOURCE_PROVIDER_NAMESPACE = 'azure.resource_provider.namespace' as const;

/** Method of the Model Context Protocol. */
export const ATTR_MCP_METHOD_NAME = 'mcp.method.name' as const;
/** Runs a tool. */
export const MCP_METHOD_NAME_VALUE_TOOLS_CALL = 'tools/call' as const;
/** Lists tools. */
export const MCP_METHOD_NAME_VALUE_TOOLS_LIST = 'tools/list' as const;
/** Gets a prompt. */
export const MCP_METHOD_NAME_VALUE_PROMPTS_GET = 'prompts/get' as const;
/** Lists prompts. */
export const MCP_METHOD_NAME_VALUE_PROMPTS_LIST = 'prompts/list' as const;
/** Reads a resource. */
export const MCP_METHOD_NAME_VALUE_RESOURCES_READ = 'resources/read' as const;
/** Lists resources. */
export const MCP_METHOD_NAME_VALUE_RESOURCES_LIST = 'resources/list' as const;
/** Opens a session. */
export const MCP_METHOD_NAME_VALUE_INITIALIZE = 'initialize' as const;

/** Version of the Model Context Protocol. */
export const ATTR_MCP_PROTOCOL_VERSION = 'mcp.protocol.version' as const;

/** Session of the Model Context Protocol. */
export const ATTR_MCP_SESSION_ID = 'mcp.session.id' as const;

/** Resource concerned. */
export const ATTR_MCP_RESOURCE_URI = 'mcp.resource.uri' as const;

/**
 * Provider, to conventions 1.36; some writers capitalize it.
 * @deprecated Read only; now `gen_ai.provider.name`.
 */
export const ATTR_GEN_AI_SYSTEM = 'gen_ai.system' as const;

/**
 * Input tokens in the first conventions.
 * @deprecated Read only; now `gen_ai.usage.input_tokens`.
 */
export const ATTR_GEN_AI_USAGE_PROMPT_TOKENS = 'gen_ai.usage.prompt_tokens' as const;

/**
 * Output tokens in the first conventions.
 * @deprecated Read only; now `gen_ai.usage.output_tokens`.
 */
export const ATTR_GEN_AI_USAGE_COMPLETION_TOKENS = 'gen_ai.usage.completion_tokens' as const;

/**
 * Input tokens, Semantic Kernel of 2024.
 * @deprecated Read only; now `gen_ai.usage.input_tokens`.
 */
export const ATTR_GEN_AI_RESPONSE_PROMPT_TOKENS = 'gen_ai.response.prompt_tokens' as const;

/**
 * Output tokens, Semantic Kernel of 2024.
 * @deprecated Read only; now `gen_ai.usage.output_tokens`.
 */
export const ATTR_GEN_AI_RESPONSE_COMPLETION_TOKENS = 'gen_ai.response.completion_tokens' as const;

/**
 * Cache writes, conventions 1.37 to 1.41.
 * @deprecated Read only; now `gen_ai.usage.cache_write.input_tokens`.
 */
export const ATTR_GEN_AI_USAGE_CACHE_CREATION_INPUT_TOKENS = 'gen_ai.usage.cache_creation.input_tokens' as const;

/**
 * Cache writes, older OpenLLMetry.
 * @deprecated Read only; now `gen_ai.usage.cache_write.input_tokens`.
 */
export const ATTR_GEN_AI_USAGE_CACHE_CREATION_INPUT_TOKENS_OPENLLMETRY = 'gen_ai.usage.cache_creation_input_tokens' as const;

/**
 * Cache writes, Strands.
 * @deprecated Read only; now `gen_ai.usage.cache_write.input_tokens`.
 */
export const ATTR_GEN_AI_USAGE_CACHE_WRITE_INPUT_TOKENS_STRANDS = 'gen_ai.usage.cache_write_input_tokens' as const;

/**
 * Cache reads, older OpenLLMetry.
 * @deprecated Read only; now `gen_ai.usage.cache_read.input_tokens`.
 */
export const ATTR_GEN_AI_USAGE_CACHE_READ_INPUT_TOKENS_OPENLLMETRY = 'gen_ai.usage.cache_read_input_tokens' as const;

/**
 * Cache reads, older Sentry.
 * @deprecated Read only; now `gen_ai.usage.cache_read.input_tokens`.
 */
export const ATTR_GEN_AI_USAGE_INPUT_TOKENS_CACHED = 'gen_ai.usage.input_tokens.cached' as const;

/**
 * Cache writes, older Sentry.
 * @deprecated Read only; now `gen_ai.usage.cache_write.input_tokens`.
 */
export const ATTR_GEN_AI_USAGE_INPUT_TOKENS_CACHE_WRITE = 'gen_ai.usage.input_tokens.cache_write' as const;

/**
 * Reasoning, older Sentry.
 * @deprecated Read only; now `gen_ai.usage.reasoning.output_tokens`.
 */
export const ATTR_GEN_AI_USAGE_OUTPUT_TOKENS_REASONING = 'gen_ai.usage.output_tokens.reasoning' as const;

/**
 * Reasoning, OpenLLMetry and OpenLIT.
 * @deprecated Read only; now `gen_ai.usage.reasoning.output_tokens`.
 */
export const ATTR_GEN_AI_USAGE_REASONING_TOKENS = 'gen_ai.usage.reasoning_tokens' as const;

/**
 * Cache reads, Pydantic AI; a copy, not an addition.
 * @deprecated Read only; now `gen_ai.usage.cache_read.input_tokens`.
 */
export const ATTR_GEN_AI_USAGE_DETAILS_CACHE_READ_TOKENS = 'gen_ai.usage.details.cache_read_tokens' as const;

/**
 * Cache writes, Pydantic AI; a copy, not an addition.
 * @deprecated Read only; now `gen_ai.usage.cache_write.input_tokens`.
 */
export const ATTR_GEN_AI_USAGE_DETAILS_CACHE_WRITE_TOKENS = 'gen_ai.usage.details.cache_write_tokens' as const;

/**
 * Reasoning, Pydantic AI.
 * @deprecated Read only; now `gen_ai.usage.reasoning.output_tokens`.
 */
export const ATTR_GEN_AI_USAGE_DETAILS_REASONING_TOKENS = 'gen_ai.usage.details.reasoning_tokens' as const;

/**
 * Input and output tokens together.
 * @deprecated Read only. Input and output say it.
 */
export const ATTR_GEN_AI_USAGE_TOTAL_TOKENS = 'gen_ai.usage.total_tokens' as const;

/**
 * Cost in USD, OpenLIT and others; never beside the newer names.
 * @deprecated Read only; now `gen_ai.usage.cost.amount`.
 */
export const ATTR_GEN_AI_USAGE_COST = 'gen_ai.usage.cost' as const;

/**
 * What the span is of: `LLM`, `AGENT`, `TOOL` …; LoongSuite.
 * @deprecated Read only; now `gen_ai.operation.name`.
 */
export const ATTR_GEN_AI_SPAN_KIND = 'gen_ai.span.kind' as const;

/**
 * What the span is of: `LLM`, `AGENT`, `TOOL` …; older LoongSuite and Dify.
 * @deprecated Read only; now `gen_ai.operation.name`.
 */
export const ATTR_GEN_AI_SPAN_KIND_NAME = 'gen_ai.span_kind_name' as const;

/**
 * Model asked for, older LoongSuite and Dify.
 * @deprecated Read only; now `gen_ai.request.model`.
 */
export const ATTR_GEN_AI_MODEL_NAME = 'gen_ai.model_name' as const;

/**
 * Model asked for, LoongSuite.
 * @deprecated Read only; now `gen_ai.request.model`.
 */
export const ATTR_GEN_AI_REQUEST_MODEL_NAME = 'gen_ai.request.model_name' as const;

/**
 * True for a stream, OpenLIT.
 * @deprecated Read only; now `gen_ai.request.stream`.
 */
export const ATTR_GEN_AI_REQUEST_IS_STREAM = 'gen_ai.request.is_stream' as const;

/**
 * Service tier served, LangSmith.
 * @deprecated Read only; now `openai.response.service_tier`.
 */
export const ATTR_GEN_AI_RESPONSE_SERVICE_TIER = 'gen_ai.response.service_tier' as const;

/**
 * Service tier asked for, to conventions 1.36.
 * @deprecated Read only; now `openai.request.service_tier`.
 */
export const ATTR_GEN_AI_OPENAI_REQUEST_SERVICE_TIER = 'gen_ai.openai.request.service_tier' as const;

/**
 * Service tier served, to conventions 1.36.
 * @deprecated Read only; now `openai.response.service_tier`.
 */
export const ATTR_GEN_AI_OPENAI_RESPONSE_SERVICE_TIER = 'gen_ai.openai.response.service_tier' as const;

/**
 * Fingerprint, to conventions 1.36.
 * @deprecated Read only; now `openai.response.system_fingerprint`.
 */
export const ATTR_GEN_AI_OPENAI_RESPONSE_SYSTEM_FINGERPRINT = 'gen_ai.openai.response.system_fingerprint' as const;

/**
 * Seed, to conventions 1.36.
 * @deprecated Read only; now `gen_ai.request.seed`.
 */
export const ATTR_GEN_AI_OPENAI_REQUEST_SEED = 'gen_ai.openai.request.seed' as const;

/**
 * Output format, to conventions 1.36.
 * @deprecated Read only; now `gen_ai.output.type`.
 */
export const ATTR_GEN_AI_OPENAI_REQUEST_RESPONSE_FORMAT = 'gen_ai.openai.request.response_format' as const;

/**
 * Direction of the tokens, on the token histogram to conventions 1.41.
 * @deprecated Read only. The newer token metrics have one name each way.
 */
export const ATTR_GEN_AI_TOKEN_TYPE = 'gen_ai.token.type' as const;
/** Input. */
export const GEN_AI_TOKEN_TYPE_VALUE_INPUT = 'input' as const;
/** Output. */
export const GEN_AI_TOKEN_TYPE_VALUE_OUTPUT = 'output' as const;
