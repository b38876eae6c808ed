import { type Dictionary, asArray, asDictionary } from './read.ts';

/**
 * What the conversation in a request proves of the loop that it stands in. One reader for every
 * dialect: chat messages, Anthropic's and Converse's blocks, Gemini's contents, items of the
 * Responses API and steps of interactions, prompts of the AI SDK and messages of LangChain.
 */

/** What one entry of a conversation does. */
type Deed =
  /** The user speaks: a loop before this is over. */
  | 'speaks'
  /** The model asks the caller to run tools, all of one turn at once. */
  | 'asks'
  /** It asks for one tool, perhaps of several in a turn. */
  | 'asks-one'
  /** The caller brings what tools gave. */
  | 'answers'
  | 'else';

/**
 * Inference calls that a conversation proves, the one being sent included: the model's turns with
 * calls of tools that the caller runs since the user last spoke, plus one. Results of tools go on
 * with the loop, also when text stands beside them. `undefined` without a conversation.
 */
export function conversationDepth(messages: unknown): number | undefined {
  if (messages == null) return undefined;
  const list = asArray(messages);
  if (list === undefined) return 1;
  let turns = 0;
  let isInsideTurn = false;
  for (let index = list.length - 1; index >= 0; index -= 1) {
    switch (deedOf(list[index])) {
      case 'speaks':
        return turns + 1;
      case 'asks':
        turns += 1;
        break;
      case 'asks-one':
        if (!isInsideTurn) turns += 1;
        isInsideTurn = true;
        break;
      case 'answers':
        isInsideTurn = false;
        break;
      default:
    }
  }
  return turns + 1;
}

/**
 * Whether a request only brings what an earlier response asked for: results of tools, and nothing
 * that the user said.
 */
export function onlyAnswers(messages: unknown): boolean {
  let answers = false;
  for (const message of asArray(messages) ?? []) {
    const deed = deedOf(message);
    if (deed === 'speaks') return false;
    if (deed === 'answers') answers = true;
  }
  return answers;
}

function deedOf(value: unknown): Deed {
  if (typeof value === 'string') return 'speaks';
  const message = asDictionary(value);
  if (message === undefined) return 'else';
  switch (roleOf(message)) {
    case 'user':
    case 'USER':
    case 'human':
      return bringsResults(message) ? 'answers' : 'speaks';
    case 'assistant':
    case 'model':
    case 'CHATBOT':
    case 'ai':
      return asksForTools(message) ? 'asks' : 'else';
    case 'tool':
    case 'TOOL':
    case 'function':
      return 'answers';
    case undefined:
      return deedOfItem(message);
    default:
      return 'else';
  }
}

/** LangChain's messages tell it by a method. */
function roleOf(message: Dictionary): unknown {
  const { role, getType } = message;
  return typeof getType === 'function' ? (getType.call(message) as unknown) : role;
}

/** Calls that the caller runs; the provider's own tools make no turn. */
const CALLS: ReadonlySet<unknown> = new Set([
  'function_call',
  'custom_tool_call',
  'computer_call',
  'local_shell_call',
  'shell_call',
  'apply_patch_call',
]);

/** An item without a role: its type says what it is, and one without a type is the user's. */
function deedOfItem(item: Dictionary): Deed {
  const { type } = item;
  if (CALLS.has(type)) return 'asks-one';
  if (type === undefined) return bringsResults(item) ? 'answers' : 'speaks';
  if (type === 'user_input' || type === 'text') return 'speaks';
  if (type === 'function_result') return 'answers';
  return typeof type === 'string' && type.endsWith('_call_output') ? 'answers' : 'else';
}

function asksForTools(message: Dictionary): boolean {
  return (
    isFilled(message['tool_calls']) ||
    isFilled(message['toolCalls']) ||
    message['function_call'] != null ||
    hasPart(message, isCall)
  );
}

function bringsResults(message: Dictionary): boolean {
  return hasPart(message, isResult);
}

function isFilled(value: unknown): boolean {
  return Array.isArray(value) && value.length > 0;
}

/** Parts of a message stand in its `content`, those of Gemini's in `parts`. */
function hasPart(message: Dictionary, test: (part: Dictionary) => boolean): boolean {
  const parts = asArray(message['content']) ?? asArray(message['parts']);
  if (parts === undefined) return false;
  for (const value of parts) {
    const part = asDictionary(value);
    if (part !== undefined && test(part)) return true;
  }
  return false;
}

function isCall(part: Dictionary): boolean {
  switch (part['type']) {
    case 'tool_use':
    case 'tool_call':
      return true;
    case 'tool-call':
      return part['providerExecuted'] !== true;
    default:
      return part['functionCall'] != null || part['toolUse'] != null;
  }
}

function isResult(part: Dictionary): boolean {
  switch (part['type']) {
    case 'tool_result':
    case 'tool_call_response':
    case 'tool-result':
      return true;
    default:
      return part['functionResponse'] != null || part['toolResult'] != null;
  }
}
