import { createHash } from 'node:crypto';

/** A Lua script and the digest that the server knows it by. */
export interface Script {
  readonly source: string;
  readonly sha1: string;
}

function script(source: string): Script {
  return { source, sha1: createHash('sha1').update(source).digest('hex') };
}

/**
 * What every script begins with. An account is a hash under its base key, of `c` (spent), `t` (held
 * in all) and `h:<id>` (what a call holds), with `:z` (hold → when it expires), `:a` (thresholds
 * told), `:d` (spent by day) and `:r` (told by ledgers) beside it. What a script takes is mostly the
 * number of commands that it calls: one hash gives all figures of an account at once.
 *
 * Amounts are whole and at most 2^53, which Lua's numbers hold exactly; they are written with
 * `%.0f`, since `tostring` would write 1e+15.
 *
 * `KEYS[1]` holds a mark that is lost with everything else. `ARGV[1]` is the mark that the caller
 * knows, empty for none; `ARGV[2]` one to set where there is none. Where both differ nothing is
 * written: the caller first brings back what it remembers.
 */
const PRELUDE = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local mark = redis.call('GET', KEYS[1])
if not mark and ARGV[1] == '' then
  mark = ARGV[2]
  redis.call('SET', KEYS[1], mark)
end
if ARGV[1] ~= '' and mark ~= ARGV[1] then return { 'lost', mark or '' } end

local function whole(n) return n == 0 and '0' or string.format('%.0f', n) end
local function number(v) return tonumber(v or '0') end

local function drop(base, id)
  local field = 'h:' .. id
  local amount = redis.call('HGET', base, field)
  if not amount then return end
  redis.call('HDEL', base, field)
  redis.call('ZREM', base .. ':z', id)
  redis.call('HINCRBY', base, 't', whole(0 - number(amount)))
end

-- Drops the holds that have expired, and says whether there were any.
local function expire(base)
  local ids = redis.call('ZRANGEBYSCORE', base .. ':z', '-inf', now, 'LIMIT', 0, 100)
  for _, id in ipairs(ids) do drop(base, id) end
  return #ids > 0
end

-- What is spent, what is held by everybody (false where nothing ever was), and what by the call
-- itself (false for nothing).
local function figures(base, own)
  local field = 'h:' .. own
  local found = redis.call('HMGET', base, 'c', 't', field)
  -- Where nothing is held nothing can have expired.
  if (number(found[2]) > 0 or found[3]) and expire(base) then
    found = redis.call('HMGET', base, 'c', 't', field)
  end
  return number(found[1]), found[2] and number(found[2]), found[3]
end

-- Sum and ids of the overrides in force for a split.
local function overrides(key, split)
  local sum, ids = 0, {}
  local all = redis.call('HGETALL', key)
  for i = 1, #all, 2 do
    local entry = cjson.decode(all[i + 1])
    if entry.expiresMs > now and (entry.split == nil or entry.split == split) then
      sum = sum + entry.extra
      ids[#ids + 1] = all[i]
    end
  end
  return sum, ids
end

local function keep(base, suffixes, untilMs)
  for _, suffix in ipairs(suffixes) do redis.call('PEXPIREAT', base .. suffix, untilMs) end
end

-- Thresholds up to what is reached that nobody was told of.
local function cross(charge, index, reached, into)
  for a = charge.thresholds, charge.last do
    local threshold = number(ARGV[a])
    if reached >= threshold then
      local field = charge.alert .. ' ' .. ARGV[a]
      if redis.call('HSETNX', charge.base .. ':a', field, now) == 1 then
        into[#into + 1] = { index, ARGV[a] }
        keep(charge.base, { ':a' }, charge.untilMs)
      end
    end
  end
end

-- The charges, from key k and argument a on.
local function charges(k, a)
  local list = {}
  while a <= #ARGV do
    local thresholds, older = number(ARGV[a + 6]), number(ARGV[a + 7])
    local charge = {
      amount = number(ARGV[a]), text = ARGV[a], limit = number(ARGV[a + 1]),
      enforced = ARGV[a + 2] == '1', untilMs = ARGV[a + 3], split = ARGV[a + 4],
      alert = ARGV[a + 5], thresholds = a + 8, last = a + 7 + thresholds,
      base = KEYS[k], overrideKey = KEYS[k + 1], splitsKey = KEYS[k + 2], older = {},
    }
    for i = 1, older do charge.older[i] = KEYS[k + 2 + i] end
    a = a + 8 + thresholds
    k = k + 3 + older
    list[#list + 1] = charge
  end
  return list
end

-- For each charge what is spent, what others hold and what overrides add, with the ids of those.
local function allFigures(list, own)
  local keys, result = {}, {}
  for i, charge in ipairs(list) do keys[i] = charge.overrideKey end
  -- There are hardly ever any, so they are asked about together.
  local hasOverrides = #keys > 0 and redis.call('EXISTS', unpack(keys)) > 0
  for i, charge in ipairs(list) do
    local committed, total, mine = figures(charge.base, own)
    local held = (total or 0) - number(mine)
    local seen = { committed, held, 0, mine = mine, others = held, isNew = not total, ids = {} }
    for _, base in ipairs(charge.older) do
      local c, t, m = figures(base, own)
      seen[1] = seen[1] + c
      seen[2] = seen[2] + (t or 0) - number(m)
    end
    if hasOverrides then seen[3], seen.ids = overrides(charge.overrideKey, charge.split) end
    result[i] = seen
  end
  return result
end

-- As text: clients are not exact with the greatest whole numbers.
local function shown(list)
  local result = {}
  for i, seen in ipairs(list) do
    result[i] = { whole(seen[1]), whole(seen[2]), whole(seen[3]) }
  end
  return result
end
`;

/** Marks, id, lease, then the charges. Keys: mark, settled marker, then those of the charges. */
export const RESERVE: Script = script(`${PRELUDE}
local id, lease = ARGV[3], number(ARGV[4])
local list = charges(3, 5)
local seen, held = allFigures(list, id), true
for i in ipairs(list) do held = held and seen[i].mine end
if redis.call('EXISTS', KEYS[2]) == 1 then return { 'settled', mark, -1, shown(seen), {}, {} } end
if held and #list > 0 then return { 'admitted', mark, -1, shown(seen), {}, {} } end

local contended = nil
for i, charge in ipairs(list) do
  if charge.enforced then
    local limit = charge.limit + seen[i][3]
    if seen[i][1] + charge.amount > limit then
      local crossed = {}
      cross(charge, i - 1, math.max(seen[i][1], limit), crossed)
      return { 'exhausted', mark, i - 1, shown(seen), {}, crossed }
    end
    if not contended and seen[i][1] + seen[i][2] + charge.amount > limit then contended = i - 1 end
  end
end
if contended then return { 'contended', mark, contended, shown(seen), {}, {} } end

local needed = {}
for i, charge in ipairs(list) do
  local base, field = charge.base, 'h:' .. id
  redis.call('HSET', base, field, charge.text, 't', whole(seen[i].others + charge.amount))
  redis.call('ZADD', base .. ':z', now + lease, id)
  if seen[i].isNew then
    -- A member that never goes keeps the set, and so its end is set once.
    redis.call('ZADD', base .. ':z', 'inf', '')
    keep(base, { '', ':z' }, charge.untilMs)
  end
  local total = seen[i][1] + seen[i][2] + charge.amount
  if charge.enforced and seen[i][3] > 0 and total > charge.limit then
    for _, override in ipairs(seen[i].ids) do needed[#needed + 1] = override end
  end
end
return { 'admitted', mark, -1, shown(seen), needed, {} }
`);

/** Marks, id, day, how long ids are remembered in milliseconds, then the charges. */
export const SETTLE: Script = script(`${PRELUDE}
local id, day, remembered = ARGV[3], ARGV[4], ARGV[5]
local list = charges(3, 6)
local isNew = redis.call('SET', KEYS[2], '1', 'NX', 'PX', remembered)
if isNew then
  for _, charge in ipairs(list) do
    drop(charge.base, id)
    local spent = redis.call('HINCRBY', charge.base, 'c', charge.text)
    redis.call('HINCRBY', charge.base .. ':d', day, charge.text)
    keep(charge.base, { '', ':d', ':z' }, charge.untilMs)
    if charge.split ~= '' then
      redis.call('ZADD', charge.splitsKey, spent, charge.split)
      redis.call('PEXPIREAT', charge.splitsKey, charge.untilMs)
    end
  end
end
local seen, crossed = allFigures(list, id), {}
if isNew then
  for i, charge in ipairs(list) do cross(charge, i - 1, seen[i][1], crossed) end
end
return { isNew and 'new' or 'duplicate', mark, shown(seen), crossed }
`);

/** Marks, id. Keys: mark, then the bases of the accounts. */
export const RELEASE: Script = script(`${PRELUDE}
for k = 2, #KEYS do drop(KEYS[k], ARGV[3]) end
return { 'done', mark }
`);

/** Marks, id, lease. Keys: mark, then the bases of the accounts. */
export const RENEW: Script = script(`${PRELUDE}
local renewed = 0
for k = 2, #KEYS do
  expire(KEYS[k])
  local expiry = now + number(ARGV[4])
  -- A renewal in the same millisecond changes nothing, and holds all the same.
  if redis.call('ZSCORE', KEYS[k] .. ':z', ARGV[3]) then
    redis.call('ZADD', KEYS[k] .. ':z', expiry, ARGV[3])
    renewed = renewed + 1
  end
end
return { 'done', mark, renewed }
`);

/** Marks, then the charges, of which amounts and limits do not count. */
export const STATUS: Script = script(`${PRELUDE}
local list, result = charges(2, 3), {}
local seen = shown(allFigures(list, ''))
for i, charge in ipairs(list) do
  local days = redis.call('HGETALL', charge.base .. ':d')
  for _, base in ipairs(charge.older) do
    for _, value in ipairs(redis.call('HGETALL', base .. ':d')) do days[#days + 1] = value end
  end
  result[i] = { seen[i], days }
end
return { 'done', mark, result }
`);

/**
 * Marks (the first empty), source, then pairs of an amount and until when it is kept. Keys: mark,
 * then the bases. Without a source the amounts are what was seen of the whole fleet.
 */
export const RAISE: Script = script(`${PRELUDE}
for k = 2, #KEYS do
  local amount, untilMs = number(ARGV[2 * k]), ARGV[2 * k + 1]
  local base = KEYS[k]
  if ARGV[3] ~= '' then
    local known = number(redis.call('HGET', base .. ':r', ARGV[3]))
    redis.call('HSET', base .. ':r', ARGV[3], whole(math.max(known, amount)))
    amount = 0
    for _, told in ipairs(redis.call('HVALS', base .. ':r')) do amount = amount + number(told) end
    keep(base, { ':r' }, untilMs)
  end
  if amount > number(redis.call('HGET', base, 'c')) then
    redis.call('HSET', base, 'c', whole(amount))
  end
  keep(base, { '' }, untilMs)
end
return { 'done', mark }
`);

/** Marks (the first empty), the hash that must be the last one, the entry. Keys: mark, the log. */
export const APPEND_AUDIT: Script = script(`${PRELUDE}
local last = redis.call('LINDEX', KEYS[2], -1)
if (last and cjson.decode(last).hash or '') ~= ARGV[3] then return { 'changed', mark } end
redis.call('RPUSH', KEYS[2], ARGV[4])
return { 'done', mark }
`);

/** Marks, time to live, then for each counter its name, what is added, its limit or ''. */
export const COUNT_RUN: Script = script(`${PRELUDE}
local key, exceeded = KEYS[2], ''
for a = 4, #ARGV, 3 do
  local total = number(redis.call('HGET', key, ARGV[a])) + number(ARGV[a + 1])
  if exceeded == '' and ARGV[a + 2] ~= '' and total > number(ARGV[a + 2]) then exceeded = ARGV[a] end
end
if exceeded == '' then
  for a = 4, #ARGV, 3 do
    local total = number(redis.call('HGET', key, ARGV[a])) + number(ARGV[a + 1])
    redis.call('HSET', key, ARGV[a], string.format('%.17g', total))
  end
end
redis.call('PEXPIRE', key, ARGV[3])
return { 'done', mark, exceeded, redis.call('HGETALL', key) }
`);

/** Marks, time to live, what is said of a piece of work that was begun. Keys: mark, the work. */
export const BEGIN: Script = script(`${PRELUDE}
if redis.call('EXISTS', KEYS[2]) == 0 then
  redis.call('HSET', KEYS[2], 't', ARGV[4])
  redis.call('PEXPIRE', KEYS[2], ARGV[3])
end
return { 'done', mark }
`);

/**
 * Marks, time to live, who claims, whether the caller began the work itself (`1`) or not. Keys: mark,
 * the work.
 */
export const CLAIM: Script = script(`${PRELUDE}
local key = KEYS[2]
if ARGV[5] ~= '1' and redis.call('EXISTS', key) == 0 then return { 'done', mark, 'unknown', '' } end
local claimedBy = redis.call('HGET', key, 'c')
if claimedBy and claimedBy ~= ARGV[4] then return { 'done', mark, 'taken', '' } end
redis.call('HSET', key, 'c', ARGV[4])
redis.call('PEXPIRE', key, ARGV[3])
return { 'done', mark, 'claimed', redis.call('HGET', key, 't') or '' }
`);
