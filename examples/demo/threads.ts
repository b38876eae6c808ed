import type { ProviderRequest, Reply } from '../../test/support/provider/reply.ts';

interface Conversation {
  readonly messages: readonly unknown[];
  readonly tools: unknown;
  readonly system: unknown;
}

interface MessagesBody extends Conversation {
  readonly thread?: {
    readonly type: 'create' | 'continue';
    readonly previous_message_id?: string;
  };
}

/**
 * Anthropic's message threads: a request may send only what is new and name the message that it
 * goes on from. The provider knows the rest, and bills for all of it.
 */
export class Threads {
  readonly #conversations: Map<string, Conversation> = new Map();

  /** The request with the whole conversation in it. */
  whole(request: ProviderRequest): ProviderRequest {
    const body = threadBody(request);
    const before = this.#conversations.get(body?.thread?.previous_message_id ?? '');
    if (body === undefined || before === undefined) return request;
    const messages = [...before.messages, ...body.messages];
    return { ...request, body: { ...before, ...body, messages } };
  }

  /** Keeps the conversation up to and with this answer, for requests that go on from it. */
  remember(request: ProviderRequest, { json }: Reply): void {
    const body = threadBody(request);
    if (body === undefined) return;
    const { id, content } = json as { readonly id: string; readonly content: unknown };
    const messages = [...body.messages, { role: 'assistant', content }];
    this.#conversations.set(id, { messages, tools: body.tools, system: body.system });
  }
}

function threadBody({ body }: ProviderRequest): MessagesBody | undefined {
  const given = body as Partial<MessagesBody> | undefined;
  return given?.thread === undefined ? undefined : (given as MessagesBody);
}
