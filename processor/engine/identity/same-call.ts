import { countsTheSame, type LlmCall } from '../../../conventions/index.ts';
import { UNKNOWN_PROVIDER } from '../../../providers/names.ts';

/** What a clock of whole milliseconds leaves out. */
const CLOCK_MS = 1;
/** By how much the clocks of two tellings may tell the same moment apart. */
const SLACK_MS = 2;

/** What one telling says of a call. */
export type ToldFacts = Pick<
  LlmCall,
  | 'provider'
  | 'requestModel'
  | 'responseModel'
  | 'responseId'
  | 'usage'
  | 'usageSource'
  | 'startTimeMs'
  | 'endTimeMs'
>;

/** Whether both name a response. Only then can its id tell. */
export function haveIds(seen: ToldFacts, told: ToldFacts): boolean {
  return seen.responseId !== undefined && told.responseId !== undefined;
}

/**
 * Whether two tellings with one response id mean one call. Stand-ins, proxies and servers of one's
 * own give every response the same id, so provider and model must agree too, and either the time or
 * the usage: some tell of a call only when it is over, and some count its tokens in another way.
 */
export function isSameResponse(seen: ToldFacts, told: ToldFacts): boolean {
  if (seen.responseId !== told.responseId) return false;
  if (!agree(modelsOf(seen).map(bareName), modelsOf(told).map(bareName))) return false;
  const gap = Math.max(told.startTimeMs - endOf(seen), seen.startTimeMs - endOf(told));
  const isTogether = gap <= SLACK_MS;
  const areCounted = seen.usage !== undefined && told.usage !== undefined;
  if (!isTogether && !(areCounted && mayCountTheSame(seen, told))) return false;
  // Frameworks name themselves, or whom they believe to be asking.
  return agree(providersOf(seen), providersOf(told)) || (isTogether && surelyCount(seen, told));
}

/**
 * Whether two tellings of which one names no response mean one call: one lies around the other in
 * time, with the same model and the same tokens. `isSure` asks that both counted them.
 */
export function isSameMoment(seen: ToldFacts, told: ToldFacts, isSure: boolean): boolean {
  return (
    liesTogether(seen, told) &&
    modelsOf(told).some((model) => modelsOf(seen).includes(model)) &&
    (isSure ? surelyCount(seen, told) : mayCountTheSame(seen, told))
  );
}

/** More than any two calls lie apart that may be one, in milliseconds. */
const FAR_MS = 1e9;

/** How unlike they are: equal counts go before times, of which the starts count, in milliseconds. */
export function distance(seen: ToldFacts, told: ToldFacts): number {
  const apart = Math.min(Math.abs(seen.startTimeMs - told.startTimeMs), FAR_MS);
  return mayCountTheSame(seen, told) ? apart : apart + FAR_MS;
}

/**
 * One lies around the other. Both start on a clock of whole milliseconds, so an end may lie up to
 * one too early; and one call may follow another at once, which must not look like lying inside it.
 */
function liesTogether(seen: ToldFacts, told: ToldFacts): boolean {
  const isOpen = seen.endTimeMs === 0;
  const isInside =
    seen.startTimeMs >= told.startTimeMs - SLACK_MS &&
    (isOpen ? seen.startTimeMs : seen.endTimeMs) <= told.endTimeMs + SLACK_MS;
  const isAround =
    seen.startTimeMs <= told.startTimeMs &&
    (isOpen ||
      (told.startTimeMs <= seen.endTimeMs - CLOCK_MS &&
        told.endTimeMs <= seen.endTimeMs + CLOCK_MS));
  return isInside || isAround;
}

/** A call that is going on ends later than anything told by now. */
function endOf({ endTimeMs }: ToldFacts): number {
  return endTimeMs === 0 ? Infinity : endTimeMs;
}

/** Two lists agree where they share a word or where one is empty. */
function agree(seen: readonly string[], told: readonly string[]): boolean {
  return seen.length === 0 || told.length === 0 || told.some((word) => seen.includes(word));
}

function modelsOf({ requestModel, responseModel }: ToldFacts): readonly string[] {
  return [requestModel, responseModel].filter((model) => model !== undefined);
}

/** Without the paths, regions and dates that one writer gives with the name and another does not. */
function bareName(model: string): string {
  return model
    .toLowerCase()
    .replace(/^.*\//, '')
    .replace(/^(?:[a-z]+\.)+/, '')
    .replace(/-v\d+(?::\d+)?$/, '')
    .replace(/[-@]20\d\d-?\d\d-?\d\d$/, '');
}

/** A provider's services of several names are one here: writers mix them up. */
function providersOf({ provider }: ToldFacts): readonly string[] {
  if (provider === UNKNOWN_PROVIDER) return [];
  return [provider.startsWith('gcp.') ? 'gcp' : provider.replace(/^azure\.ai\./, '')];
}

/** Usage that only one of them was told, or that was estimated, proves nothing. */
function mayCountTheSame(seen: ToldFacts, told: ToldFacts): boolean {
  if (seen.usage === undefined || told.usage === undefined) return true;
  if (seen.usageSource === 'estimated' || told.usageSource === 'estimated') return true;
  return countsTheSame(seen.usage, told.usage);
}

function surelyCount(seen: ToldFacts, told: ToldFacts): boolean {
  return (
    seen.usage !== undefined && told.usage !== undefined && countsTheSame(seen.usage, told.usage)
  );
}
