-- One lane's pace, for all processes that share its customer key. All times are microseconds of this server's
-- own clock: the clocks of the processes do not matter. The state is a hash that lives as long as it is needed:
--   free   the first start that nobody holds
--   last   the number of the latest reservation
--   moved  how much later the starts that are still to come have been moved, in all
--   floor  the end of the latest pause: no start that is still to come lies before it
-- ARGV: what to do, the step from one start to the next, and up to two numbers more.
local key, task, step = KEYS[1], ARGV[1], tonumber(ARGV[2])
local one, two = tonumber(ARGV[3]), tonumber(ARGV[4])
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local state = redis.call('HMGET', key, 'free', 'last', 'moved', 'floor')
local free, last = tonumber(state[1]) or now, tonumber(state[2]) or 0
local moved, floor = tonumber(state[3]) or 0, tonumber(state[4]) or 0

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

-- Nothing may start for `one`. Returns how long to wait, what later moves are counted from, and the number.
if task == 'reserve' then
    local start = math.max(free, now + one)
    free = start + step
    last = last + 1
    keep()
    return {start - now, moved, last}
end

-- The request of reservation `one` left `two` later than reserved.
if task == 'late' then
    if state[1] then
        move(two, one ~= last)
    else
        free = now + step
        keep()
    end
end

-- Nothing may start for `one`. Whoever waits keeps his place in the row, and the row its distances.
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

-- Reservation `one` is not used. Only the latest one can be taken back.
if task == 'back' and state[1] and one == last then
    free = free - step
    last = last - 1
    keep()
end
return {}
