-- The pace of one lane, for all processes that share its customer key. All times are microseconds of this
-- server's own clock: the clocks of the processes do not matter. The state is a hash that expires when it is no
-- longer needed:
--   free   the first start that is not reserved
--   last   the number of the latest reservation
--   moved  how much later the coming starts have been moved, in total
--   floor  the end of the latest pause: no coming start lies before it
-- ARGV: the task, the step from one start to the next, and up to two more numbers.
local key, task, step = KEYS[1], ARGV[1], tonumber(ARGV[2])
local one, two = tonumber(ARGV[3]), tonumber(ARGV[4])
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local state = redis.pcall('HMGET', key, 'free', 'last', 'moved', 'floor')
if state.err then
    redis.call('DEL', key) -- no hash: something else has taken this name
    state = {}
end

-- What cannot be, because another program wrote it, counts as not there.
local function number(text, most)
    local found = tonumber(text or nil)
    return found and found >= 0 and found <= most and found or nil
end

-- Each process reserves one start at a time, and a pause takes an hour at most.
local FAR, MOST = 7200000000, 9007199254740992
local known = number(state[1], now + FAR)
local free, last = known or now, number(state[2], MOST) or 0
local moved, floor = number(state[3], MOST) or 0, number(state[4], now + FAR) or 0

local function keep()
    redis.call('HSET', key, 'free', free, 'last', last, 'moved', moved, 'floor', floor)
    redis.call('PEXPIRE', key, math.ceil((free - now) / 1000) + 1000)
end

local function move(by, awaited)
    free = free + by
    moved = moved + by
    keep()
    if awaited then
        redis.call('PUBLISH', 'odapi:moved', string.format('%s %.0f', key, moved))
    end
end

-- No start within `one`. Returns how long to wait, the total of moves so far, and the reservation's number.
if task == 'reserve' then
    local start = math.max(free, now + one)
    free = start + step
    last = last + 1
    keep()
    return {start - now, moved, last}
end

-- The request of reservation `one` was sent `two` later than reserved.
if task == 'late' then
    if known then
        move(two, one ~= last)
    else
        free = now + step
        keep()
    end
end

-- No start within `one`. Reservations keep their order and their distances.
if task == 'pause' then
    local from, awaited = math.max(now, floor), true
    if free - step <= from then
        from, awaited = free, false
    end
    if now + one > from then
        floor = now + one
        move(floor - from, awaited)
    end
end

-- Reservation `one` is not used. Only the latest one can be refunded.
if task == 'refund' and known and one == last then
    free = free - step
    last = last - 1
    keep()
end
return {}
