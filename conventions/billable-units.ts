/**
 * Everything that providers bill a call for, one entry a unit. The fields of a usage, what of it can
 * be, rates and what they inherit, the keys of the price overlay, the classes that money is split
 * into, what is reckoned with before a call, and the rows of `costspan prices` follow from it.
 */
export const BILLABLE_UNITS = {
  /** Input tokens that touched no cache, every modality. */
  input: {
    class: 'input',
    rate: 'input',
    per: 'million tokens',
    book: ['input_mtok'],
    label: 'input',
  },
  /** Input tokens read from a prompt cache. */
  cacheRead: {
    class: 'cacheRead',
    rate: 'cacheRead',
    otherwise: ['input'],
    standIn: 'most',
    per: 'million tokens',
    book: ['cache_read_mtok'],
    label: 'cache read',
  },
  /** Input tokens written to a prompt cache with the provider's default lifetime (5 minutes for Anthropic). */
  cacheWrite: {
    class: 'cacheWrite',
    rate: 'cacheWrite',
    otherwise: ['input'],
    standIn: 'least',
    per: 'million tokens',
    book: ['cache_write_mtok'],
    label: 'cache write',
  },
  /** Input tokens written to a prompt cache that lives one hour. */
  cacheWrite1h: {
    class: 'cacheWrite',
    rate: 'cacheWrite1h',
    otherwise: ['cacheWrite'],
    standIn: 'least',
    per: 'million tokens',
    book: ['cache_write_1h_mtok'],
    label: 'cache write, 1 h',
  },
  /** Output tokens that are not reasoning, every modality. */
  output: {
    class: 'output',
    rate: 'output',
    per: 'million tokens',
    book: ['output_mtok'],
    label: 'output',
  },
  /** Output tokens spent on reasoning, billed though often not shown. */
  reasoning: {
    class: 'reasoning',
    rate: 'reasoning',
    otherwise: ['output'],
    standIn: 'same',
    per: 'million tokens',
    book: ['output_reasoning_mtok'],
    label: 'reasoning',
  },

  // Of which: each is part of the classes above, never in addition to them.

  /** Text tokens among all input tokens, cached ones included. */
  inputText: { class: 'input', within: 'input' },
  /** Audio tokens among all input tokens, cached ones included. */
  inputAudio: {
    class: 'input',
    within: 'input',
    rate: 'inputAudio',
    otherwise: ['input'],
    standIn: 'least',
    per: 'million tokens',
    book: ['input_audio_mtok'],
    label: 'audio input',
  },
  /** Image tokens among all input tokens, cached ones included. */
  inputImage: {
    class: 'input',
    within: 'input',
    rate: 'inputImage',
    otherwise: ['input'],
    standIn: 'same',
    per: 'million tokens',
    book: ['input_image_mtok'],
    label: 'image input',
  },
  /** Video tokens among all input tokens, cached ones included. */
  inputVideo: {
    class: 'input',
    within: 'input',
    rate: 'inputVideo',
    otherwise: ['input'],
    standIn: 'same',
    per: 'million tokens',
    book: ['input_video_mtok'],
    label: 'video input',
  },
  /** Audio tokens among `cacheRead`. */
  cacheReadAudio: {
    class: 'cacheRead',
    within: 'cacheRead',
    cachedOf: 'inputAudio',
    rate: 'cacheReadAudio',
    otherwise: ['cacheRead', 'inputAudio'],
    standIn: 'least',
    per: 'million tokens',
    book: ['cache_audio_read_mtok'],
    label: 'audio cache read',
  },
  /** Image tokens among `cacheRead`. */
  cacheReadImage: {
    class: 'cacheRead',
    within: 'cacheRead',
    cachedOf: 'inputImage',
    rate: 'cacheReadImage',
    otherwise: ['cacheRead', 'inputImage'],
    standIn: 'least',
    per: 'million tokens',
    book: ['cache_image_read_mtok'],
    label: 'image cache read',
  },
  /** Text tokens among `output` and `reasoning`. */
  outputText: { class: 'output', within: 'output' },
  /** Audio tokens among `output`. */
  outputAudio: {
    class: 'output',
    within: 'output',
    rate: 'outputAudio',
    otherwise: ['output'],
    standIn: 'least',
    per: 'million tokens',
    book: ['output_audio_mtok'],
    label: 'audio output',
  },
  /** Image tokens among `output`. */
  outputImage: {
    class: 'output',
    within: 'output',
    rate: 'outputImage',
    otherwise: ['output'],
    standIn: 'least',
    per: 'million tokens',
    book: ['output_image_mtok'],
    label: 'image output',
  },

  // Billed by something other than tokens.

  /** Characters of text sent, where the provider bills by character (speech synthesis). */
  inputCharacters: {
    class: 'input',
    rate: 'characters',
    per: 'million characters',
    book: ['input_mchars'],
    label: 'text',
    counted: 'characters',
    withoutRate: 'tokens stand in',
    expected: 'bytes',
  },
  /** Seconds of audio sent, where the provider bills by duration. */
  inputAudioSeconds: {
    class: 'input',
    rate: 'audioHours',
    per: 'hour',
    book: ['audio_hours', 'input_audio_hours'],
    label: 'audio',
    counted: 'seconds of audio',
    withoutRate: 'tokens stand in',
    expected: { firm: 14_400, likely: 300, isOfAttachments: true },
  },
  /** Pages of documents that were read, where the provider bills by page. */
  pages: {
    class: 'input',
    rate: 'pages',
    per: 'thousand',
    book: ['input_document_kpages'],
    label: 'pages',
    withoutRate: 'tokens stand in',
    expected: { firm: 1_000, likely: 10, isOfAttachments: true },
  },
  /** Pages that were read and annotated by a schema as well. None of `pages`. */
  annotatedPages: {
    class: 'input',
    rate: 'annotatedPages',
    per: 'thousand',
    book: ['input_annotated_document_kpages'],
    label: 'annotated pages',
    withoutRate: 'tokens stand in',
    expected: { firm: 1_000, likely: 10, isOfAttachments: true },
  },
  /** Images that were made, where the provider bills by image. */
  images: {
    class: 'output',
    rate: 'images',
    per: 'thousand',
    label: 'images',
    withoutRate: 'tokens stand in',
    expected: { firm: 10, likely: 1 },
  },
  /** Seconds of video that was made. */
  videoSeconds: {
    class: 'output',
    rate: 'videoSeconds',
    per: 'second',
    label: 'video',
    counted: 'seconds of video',
    withoutRate: 'tokens stand in',
    expected: { firm: 60, likely: 8 },
  },
  /**
   * What the provider counts itself and prices each model by: the billable units of fal, seconds of
   * Replicate's machines.
   */
  modelUnits: {
    class: 'output',
    rate: 'modelUnits',
    per: 'unit',
    label: 'units of the model',
    withoutRate: 'unpriced',
    expected: { firm: 60, likely: 5 },
  },
  /** Web searches that the provider ran and bills one by one. */
  webSearches: {
    class: 'tools',
    rate: 'webSearches',
    per: 'thousand',
    book: ['web_searches_kcount'],
    label: 'web searches',
    withoutRate: 'left out',
    expected: 'web searches',
  },
  /** Web searches by OpenAI's preview of the tool, which cost more where what they find is free. */
  webSearchPreviews: {
    class: 'tools',
    rate: 'webSearchPreviews',
    per: 'thousand',
    label: 'previewed web searches',
    withoutRate: 'left out',
    expected: 'as asked',
  },
  /** Prompts, or searches of them, that maps were asked for. */
  mapSearches: {
    class: 'tools',
    rate: 'mapSearches',
    per: 'thousand',
    label: 'map searches',
    withoutRate: 'left out',
    expected: 'as asked',
  },
  /** Searches in documents that the customer keeps with the provider. */
  fileSearches: {
    class: 'tools',
    rate: 'fileSearches',
    per: 'thousand',
    book: ['storage_searches_kcount'],
    label: 'file searches',
    withoutRate: 'left out',
    expected: 'as asked',
  },
  /** Runs of code by the provider, where each has a price of its own. */
  codeExecutions: {
    class: 'tools',
    rate: 'codeExecutions',
    per: 'thousand',
    label: 'code executions',
    withoutRate: 'left out',
    expected: 'as asked',
  },
  /** Rerank search units. */
  searchUnits: {
    class: 'tools',
    rate: 'searchUnits',
    per: 'thousand',
    book: ['rerank_searches_kcount'],
    label: 'search units',
    withoutRate: 'unpriced',
    expected: { firm: 1, likely: 1 },
  },
  /** Containers that the provider started to run code in. */
  containerSessions: {
    class: 'tools',
    rate: 'containerSessions',
    per: 'thousand',
    label: 'container sessions',
    withoutRate: 'left out',
    expected: { firm: 1, likely: 0 },
  },
  /** Tokens kept in a cache, each times the hours that it was kept. */
  cacheStorageHours: {
    class: 'tools',
    rate: 'cacheStorageHours',
    per: 'million token-hours',
    label: 'cache storage',
    counted: 'hours of cache storage',
    withoutRate: 'left out',
    expected: 'as asked',
  },
  /** The call itself, where each has a price of its own. Nobody reports it. */
  requests: {
    class: 'tools',
    rate: 'requests',
    per: 'thousand',
    book: ['requests_kcount'],
    label: 'requests',
    isEveryCall: true,
  },
} as const;

/** Classes of money that a call's cost is split into. Service tiers and places leave `tools` alone. */
export type BillingClass = 'input' | 'cacheRead' | 'cacheWrite' | 'output' | 'reasoning' | 'tools';

/** How much of a unit a rate is for. */
export type Quantity =
  | 'million tokens'
  | 'million characters'
  | 'million token-hours'
  | 'thousand'
  | 'hour'
  | 'second'
  | 'unit';

/** What is known of one unit. */
export interface UnitFacts {
  readonly class: BillingClass;
  /** It is part of this unit; of `input`, also of what was cached of it. */
  readonly within?: 'input' | 'cacheRead' | 'output';
  /** It is what was cached of this unit. */
  readonly cachedOf?: string;
  /** The name of its rate, also in the price overlay; absent where nobody has a rate of its own for it. */
  readonly rate?: string;
  /** Rates that stand in for an absent one, the nearest first. */
  readonly otherwise?: readonly string[];
  /**
   * What the first of them is to one that a price list leaves out. In the overlay, where the user
   * says what a model costs, each stands in as it is.
   * - `same`: every provider bills both alike, so it is the rate;
   * - `least`: no provider bills less, so it makes a lower bound, and the price is partial. What was
   *   cached of something that costs the same as all else costs the same in the cache, too;
   * - `most`: no provider bills more. The price is partial and leaves the unit out.
   */
  readonly standIn?: 'same' | 'least' | 'most';
  readonly per?: Quantity;
  /** Names of the rate in the price book, the best last. */
  readonly book?: readonly string[];
  /** What people call it, beside a rate. */
  readonly label?: string;
  /** What people call so many of it, where that is another word. */
  readonly counted?: string;
  /**
   * What a count without a rate does to the price of its call, for all that is no token:
   * - `tokens stand in`: nothing, if tokens were counted and have a rate; else there is no price;
   * - `left out`: the price stands without it, which is told;
   * - `unpriced`: there is no price.
   */
  readonly withoutRate?: 'tokens stand in' | 'left out' | 'unpriced';
  /**
   * How many to reckon with before a call, where there is a rate: the most, and what is likely; as
   * many as the request has bytes, may run web searches, or says in `RequestSize.mayUse`; only of a
   * request with attachments.
   */
  readonly expected?:
    | 'bytes'
    | 'web searches'
    | 'as asked'
    | { readonly firm: number; readonly likely: number; readonly isOfAttachments?: true };
  /** Billed once a call, whatever its usage. */
  readonly isEveryCall?: true;
}

type Units = typeof BILLABLE_UNITS;

/** Names of all units. */
export type BillableUnit = keyof Units;

/** Names of rates. */
export type RateName = {
  [Unit in BillableUnit]: Units[Unit] extends { readonly rate: infer Name } ? Name : never;
}[BillableUnit];

/** How many of each unit, as far as somebody counts them. */
export type CountedUnits = {
  -readonly [
    Unit in BillableUnit as Units[Unit] extends { readonly isEveryCall: true } ? never : Unit
  ]?: number | undefined;
};

/** Every unit with what is known of it, in the order they are documented. */
export const UNIT_ENTRIES: readonly (readonly [BillableUnit, UnitFacts])[] =
  Object.entries<UnitFacts>(BILLABLE_UNITS) as [BillableUnit, UnitFacts][];
