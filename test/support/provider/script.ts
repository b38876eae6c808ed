import { matches, type ProviderRequest, type Reply, type RequestMatcher } from './reply.ts';

export type ReplySource = Reply | ((request: ProviderRequest) => Reply);

interface Rule {
  readonly matcher: RequestMatcher | undefined;
  readonly reply: ReplySource;
  readonly once: boolean;
}

/** What the next requests get. Replies given once come first, in the order given. */
export class ReplyScript {
  readonly #rules: Rule[] = [];

  /** Each reply answers one request that matches; without a matcher, the next ones of any kind. */
  once(matcher: RequestMatcher | undefined, replies: readonly ReplySource[]): void {
    for (const reply of replies) this.#rules.push({ matcher, reply, once: true });
  }

  always(matcher: RequestMatcher, reply: ReplySource): void {
    this.#rules.push({ matcher, reply, once: false });
  }

  /** Replies given once that no request has taken yet. */
  get pending(): number {
    return this.#rules.filter((rule) => rule.once).length;
  }

  take(request: ProviderRequest): Reply | undefined {
    const fits = (rule: Rule): boolean =>
      rule.matcher === undefined || matches(rule.matcher, request);
    const rule =
      this.#rules.find((one) => one.once && fits(one)) ??
      this.#rules.findLast((one) => !one.once && fits(one));
    if (rule === undefined) return undefined;
    if (rule.once) this.#rules.splice(this.#rules.indexOf(rule), 1);
    return typeof rule.reply === 'function' ? rule.reply(request) : rule.reply;
  }

  clear(): void {
    this.#rules.length = 0;
  }
}
