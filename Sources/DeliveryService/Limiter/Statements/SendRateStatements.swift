import Postgres

/// Creates a bucket or changes its allowed rate.
struct SetAllowedRate: Statement {
    static var sample: Self { Self(account: "", allowedRate: 1) }

    var account: String
    var allowedRate: Double

    var sql: SQL {
        """
        INSERT INTO delivery.send_rates AS bucket (account, allowed_rate, current_rate, tokens, learned_at)
        VALUES (\(account), \(allowedRate), \(allowedRate), \(allowedRate), pg_catalog.clock_timestamp())
        ON CONFLICT (account) DO UPDATE
        SET
            allowed_rate = EXCLUDED.allowed_rate,
            current_rate = CASE
                WHEN bucket.current_rate >= bucket.allowed_rate THEN EXCLUDED.allowed_rate
                ELSE LEAST(bucket.current_rate, EXCLUDED.allowed_rate)
            END,
            learned_at = EXCLUDED.learned_at
        """
    }
}

/// Creates a bucket that is not there yet.
struct AddSendRate: Statement {
    static var sample: Self { Self(account: "", allowedRate: 1) }

    var account: String
    var allowedRate: Double

    var sql: SQL {
        """
        INSERT INTO delivery.send_rates (account, allowed_rate, current_rate, tokens, learned_at)
        VALUES (\(account), \(allowedRate), \(allowedRate), \(allowedRate), NULL)
        ON CONFLICT (account) DO NOTHING
        """
    }
}

/// Refills a bucket by the database's clock and takes tokens from it, leaving the share that other classes keep.
///
/// Who has precedence and did not get everything keeps the others away for the next tokens, so that even at one message a second nobody
/// overtakes.
struct TakeSendTokens: Statement {
    static var sample: Self { Self(account: "", wanted: 1, reservedShare: 0, hasPrecedence: false) }

    var account: String
    var wanted: Int
    var reservedShare: Double
    var hasPrecedence: Bool

    var sql: SQL {
        """
        WITH relaxed AS MATERIALIZED (
            SELECT pg_catalog.set_config('synchronous_commit', 'off', true) AS setting
        ), held AS (
            SELECT
                bucket.account, bucket.allowed_rate, bucket.current_rate, bucket.tokens, bucket.blocked_reason,
                bucket.refilled_at, bucket.blocked_until, bucket.transactional_until
            FROM delivery.send_rates AS bucket
            WHERE bucket.account = \(account) AND (SELECT relaxed.setting FROM relaxed) = 'off'
            FOR UPDATE OF bucket
        ),
        -- Its own step, so that the clock is read after the lock was won.
        clock AS MATERIALIZED (
            SELECT pg_catalog.clock_timestamp() AS moment FROM held
        ), timed AS (
            SELECT
                held.account, held.allowed_rate, held.current_rate, held.tokens, held.blocked_reason,
                GREATEST(0, EXTRACT(EPOCH FROM clock.moment - held.refilled_at))::double precision AS elapsed,
                GREATEST(0, COALESCE(EXTRACT(EPOCH FROM held.blocked_until - clock.moment), 0))::double precision AS blocked_seconds,
                CASE
                    WHEN \(hasPrecedence) THEN 0
                    ELSE GREATEST(0, COALESCE(EXTRACT(EPOCH FROM held.transactional_until - clock.moment), 0))::double precision
                END AS yielding_seconds
            FROM held, clock
        ), paced AS (
            SELECT
                timed.account, timed.tokens, timed.elapsed, timed.blocked_reason, timed.blocked_seconds, timed.yielding_seconds,
                LEAST(timed.allowed_rate, timed.current_rate + timed.allowed_rate * 0.01 * timed.elapsed) AS pace
            FROM timed
        ), filled AS (
            SELECT
                paced.account, paced.blocked_reason, paced.blocked_seconds, paced.yielding_seconds, paced.pace,
                LEAST(GREATEST(paced.pace, 1), paced.tokens + paced.elapsed * paced.pace) AS available,
                -- At least one whole token, but a rate of one a second leaves nothing to share.
                CASE
                    WHEN \(reservedShare)::double precision > 0 AND paced.pace > 1
                    THEN LEAST(GREATEST(paced.pace * \(reservedShare)::double precision, 1), paced.pace - 1)
                    ELSE 0
                END AS reserved
            FROM paced
        ), granted AS (
            SELECT
                filled.account, filled.blocked_reason, filled.blocked_seconds, filled.yielding_seconds, filled.pace, filled.available,
                CASE
                    WHEN filled.blocked_seconds > 0 OR filled.yielding_seconds > 0 THEN 0
                    ELSE GREATEST(0, LEAST(\(wanted)::integer, pg_catalog.floor(filled.available - filled.reserved)))::integer
                END AS granted_tokens
            FROM filled
        )
        UPDATE delivery.send_rates AS bucket
        SET
            tokens = granted.available - granted.granted_tokens, current_rate = granted.pace, refilled_at = clock.moment,
            transactional_until = CASE
                WHEN NOT \(hasPrecedence) OR granted.blocked_seconds > 0 OR granted.granted_tokens >= \(wanted)::integer
                THEN bucket.transactional_until
                ELSE clock.moment + GREATEST(1, 2 / granted.pace) * interval '1 second'
            END
        FROM granted, clock
        WHERE bucket.account = granted.account
        RETURNING
            granted.granted_tokens,
            CASE
                WHEN granted.blocked_seconds > 0 THEN granted.blocked_seconds
                ELSE GREATEST(granted.yielding_seconds, 1.0 / granted.pace)
            END AS wait_seconds,
            CASE WHEN granted.blocked_seconds > 0 THEN granted.blocked_reason ELSE 'send rate' END AS reason
        """
    }

    func decode(_ row: Row) throws -> SendRateLimiter.Grant {
        let tokens: Int32 = try row.decode("granted_tokens")
        if tokens > 0 { return .tokens(Int(tokens)) }
        return .wait(seconds: try row.decode("wait_seconds"), reason: try row.decode("reason"))
    }
}

/// Puts unused tokens back.
struct ReturnSendTokens: Statement {
    static var sample: Self { Self(account: "", count: 0) }

    var account: String
    var count: Int

    var sql: SQL {
        """
        UPDATE delivery.send_rates
        SET tokens = LEAST(GREATEST(current_rate, 1), tokens + \(count)::integer)
        WHERE account = \(account)
        """
    }
}

/// Cuts the pace of an account by 30 % and empties its bucket.
struct SlowDownSending: Statement {
    static var sample: Self { Self(account: "") }

    var account: String

    var sql: SQL {
        """
        UPDATE delivery.send_rates
        SET current_rate = GREATEST(0.5, current_rate * 0.7), tokens = 0
        WHERE account = \(account)
        """
    }
}

/// Stops an account for some seconds; a block that lasts longer stays.
struct BlockSending: Statement {
    static var sample: Self { Self(account: "", seconds: 0, reason: "") }

    var account: String
    var seconds: Int64
    var reason: String

    var sql: SQL {
        """
        UPDATE delivery.send_rates
        SET
            blocked_until = pg_catalog.clock_timestamp() + \(seconds) * interval '1 second',
            blocked_reason = \(reason)
        WHERE account = \(account)
            AND COALESCE(blocked_until < pg_catalog.clock_timestamp() + \(seconds) * interval '1 second', true)
        """
    }
}
