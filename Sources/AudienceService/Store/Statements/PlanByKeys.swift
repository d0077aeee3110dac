import Postgres

/// Lets the statements of this transaction be planned along keys only, and for the sizes of this moment.
///
/// Plans are kept with a connection otherwise. One made while the tables were small would read them whole, and go on doing so for every
/// page of an import that makes them large, until the server's next ANALYZE.
struct PlanByKeys: Statement {
    static let sample = Self()
    var sql: SQL {
        """
        SELECT set_config('enable_seqscan', 'off', true), set_config('enable_bitmapscan', 'off', true),
            set_config('enable_hashjoin', 'off', true), set_config('enable_mergejoin', 'off', true),
            set_config('enable_material', 'off', true), set_config('plan_cache_mode', 'force_custom_plan', true)
        """
    }
}
