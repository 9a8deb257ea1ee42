-- Queues with people who cannot wait: Erlang's formulas, for promises of less than five minutes.
--
-- erlangs (A) is the work that arrives per time: arrivals per second times seconds of handling. heads (N) is how many
-- answer. Sources: A. K. Erlang 1917; C. Palm 1957 for customers who leave (M/M/N+M).

-- (A lambda's names must differ from those of a lambda that calls its macro: they would take each other's place. And
-- what a macro names twice is computed, and planned, twice.)
-- 1/B, where B is the share of arrivals that find everybody busy when nobody waits: 1/B(n) = 1 + (n/A) / B(n-1).
CREATE OR REPLACE MACRO memory.erlang_inverse_b(erlangs, heads) AS
    list_reduce(list_prepend(1.0::DOUBLE, range(1, heads::BIGINT + 1)::DOUBLE[]),
                LAMBDA inverse, busy : 1 + busy / erlangs * inverse);

-- The share that has to wait: C = B / (1 - rho (1 - B)) = 1 / ((1 - rho) / B + rho), rho = A/N; 1 where N <= A.
CREATE OR REPLACE MACRO memory.erlang_c(erlangs, heads) AS
    1 / (greatest(0, 1 - erlangs / heads) * memory.erlang_inverse_b(erlangs, heads) + least(1, erlangs / heads));

-- The share that is answered within `wait_seconds`: 1 - C exp(-(N - A) T / AHT); 0 where the queue only grows.
CREATE OR REPLACE MACRO memory.erlang_service_share(erlangs, heads, wait_seconds, handling_seconds) AS
    1 - memory.erlang_c(erlangs, heads) * exp(-greatest(0, heads - erlangs) * wait_seconds / handling_seconds);

-- The mean wait in seconds: C AHT / (N - A); NULL where the queue only grows.
CREATE OR REPLACE MACRO memory.erlang_wait_seconds(erlangs, heads, handling_seconds) AS
    CASE WHEN heads > erlangs THEN memory.erlang_c(erlangs, heads) * handling_seconds / (heads - erlangs) END;

-- The fewest heads that answer `wanted_share` within `wait_seconds` and are busy for at most `occupancy_share`.
CREATE OR REPLACE MACRO memory.erlang_heads(erlangs, wait_seconds, handling_seconds, wanted_share, occupancy_share) AS
    CASE WHEN erlangs > 0 THEN
        list_filter(range(floor(erlangs)::BIGINT + 1, ceil(erlangs / occupancy_share + 4 * sqrt(erlangs))::BIGINT + 12),
                    LAMBDA n : erlangs / n <= occupancy_share
                               AND memory.erlang_service_share(erlangs, n, wait_seconds, handling_seconds)
                                   >= wanted_share)[1]
    ELSE 0 END;

-- Customers who leave after a mean of `patience_seconds` (Erlang A): how often 0, 1, ... customers are there, but for a
-- factor that is the same for all (the weight of min(A, N) is 1, so that nothing overflows). Of n, min(n, N) are
-- answered and the others leave at r = AHT / patience each, so the weight of N + m is that of N times
-- (A/r)^m Gamma(N/r + 1) / Gamma(N/r + m + 1).
CREATE OR REPLACE MACRO memory.erlang_a_weights(erlangs, heads, handling_seconds, patience_seconds) AS
    list_transform(
        range(0, heads::BIGINT + 220 + ceil(4 * erlangs * patience_seconds / handling_seconds)::BIGINT),
        LAMBDA there : exp(CASE WHEN there <= heads THEN there * ln(erlangs) - lgamma(there + 1)
                            ELSE heads * ln(erlangs) - lgamma(heads + 1)
                                 + (there - heads) * ln(erlangs * patience_seconds / handling_seconds)
                                 - lgamma(heads * patience_seconds / handling_seconds + there - heads + 1)
                                 + lgamma(heads * patience_seconds / handling_seconds + 1) END
                       - least(erlangs, heads) * ln(erlangs) + lgamma(least(erlangs, heads) + 1)));

-- The share of customers who leave unanswered, theta L / lambda: those beyond N, each leaving at r, of A that come.
CREATE OR REPLACE MACRO memory.erlang_a_leaving_share(erlangs, heads, handling_seconds, patience_seconds) AS
    list_transform([memory.erlang_a_weights(erlangs, heads, handling_seconds, patience_seconds)],
                   LAMBDA weights : list_sum(list_transform(weights,
                       LAMBDA weight, place : weight * greatest(place - 1 - heads, 0))) / list_sum(weights))[1]
    * handling_seconds / patience_seconds / erlangs;

-- The share that has to wait, and the mean wait of all: E[W] = leaving share times patience.
CREATE OR REPLACE MACRO memory.erlang_a_waiting_share(erlangs, heads, handling_seconds, patience_seconds) AS
    list_sum(memory.erlang_a_weights(erlangs, heads, handling_seconds, patience_seconds)[heads::BIGINT + 1:])
    / list_sum(memory.erlang_a_weights(erlangs, heads, handling_seconds, patience_seconds));

-- The fewest heads with whom at least `wanted_share` stay until they are answered.
CREATE OR REPLACE MACRO memory.erlang_a_heads(erlangs, handling_seconds, patience_seconds, wanted_share,
                                              occupancy_share) AS
    CASE WHEN erlangs > 0 THEN
        list_filter(range(1, ceil(erlangs / occupancy_share + 4 * sqrt(erlangs))::BIGINT + 12),
                    LAMBDA n : erlangs * wanted_share / n <= occupancy_share
                               AND memory.erlang_a_leaving_share(erlangs, n, handling_seconds, patience_seconds)
                                   <= 1 - wanted_share)[1]
    ELSE 0 END;
