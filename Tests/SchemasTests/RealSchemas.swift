import Postgres
import Schemas
import TestSupport
import Testing

/// The five schemas of the product with their roles.
enum RealSchemas {
    static let all: [TestDatabase.SchemaMigrations] = [
        (schema: "audience", role: "datamailer_audience", migrations: Schemas.audience),
        (schema: "campaign", role: "datamailer_campaign", migrations: Schemas.campaign),
        (schema: "delivery", role: "datamailer_delivery", migrations: Schemas.delivery),
        (schema: "tracking", role: "datamailer_tracking", migrations: Schemas.tracking),
        (schema: "gateway", role: "datamailer_gateway", migrations: Schemas.gateway),
    ]

    static let names = all.map(\.schema)

    static func role(of schema: String) -> String { "datamailer_\(schema)" }
}

extension Trait where Self == DatabaseTrait {
    /// A database with all five schemas in it.
    static var allSchemas: Self {
        .database(RealSchemas.all[0], RealSchemas.all[1], RealSchemas.all[2], RealSchemas.all[3], RealSchemas.all[4])
    }
}

/// The tables and views of a schema.
struct RelationsOfSchema: Statement {
    static let sample = Self(schema: "")
    var schema: String
    var sql: SQL {
        """
        SELECT format('%I.%I', pg_namespace.nspname, pg_class.relname) AS name
        FROM pg_catalog.pg_class
        JOIN pg_catalog.pg_namespace ON pg_namespace.oid = pg_class.relnamespace
        WHERE pg_namespace.nspname = \(schema) AND pg_class.relkind IN ('r', 'p', 'v', 'm', 'f')
        ORDER BY 1
        """
    }
    func decode(_ row: Row) throws -> String { try row.decode("name") }
}

/// Calls of the functions of a schema, with NULL for every argument.
struct FunctionCallsOfSchema: Statement {
    static let sample = Self(schema: "")
    var schema: String
    var sql: SQL {
        """
        SELECT format(
            '%I.%I(%s)', pg_namespace.nspname, pg_proc.proname,
            (SELECT string_agg('NULL::' || format_type(argument, NULL), ', ') FROM unnest(pg_proc.proargtypes) AS argument)
        ) AS call
        FROM pg_catalog.pg_proc
        JOIN pg_catalog.pg_namespace ON pg_namespace.oid = pg_proc.pronamespace
        WHERE pg_namespace.nspname = \(schema)
        ORDER BY 1
        """
    }
    func decode(_ row: Row) throws -> String { try row.decode("call") }
}

/// What a role was granted on the things of a schema, one line each.
struct GrantsOnSchema: Statement {
    static let sample = Self(role: "", schema: "")
    var role: String
    var schema: String
    var sql: SQL {
        """
        SELECT format('%s on schema %s', privilege, nspname) AS line
        FROM pg_catalog.pg_namespace, unnest(ARRAY['USAGE', 'CREATE']) AS privilege
        WHERE nspname = \(schema) AND has_schema_privilege(\(role), pg_namespace.oid, privilege)
        UNION ALL
        SELECT format('%s on %s', privilege, pg_class.oid::regclass)
        FROM pg_catalog.pg_class
        JOIN pg_catalog.pg_namespace ON pg_namespace.oid = pg_class.relnamespace,
            unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER']) AS privilege
        WHERE nspname = \(schema) AND relkind IN ('r', 'p', 'v', 'm', 'f') AND has_table_privilege(\(role), pg_class.oid, privilege)
        UNION ALL
        SELECT format('%s on %s', privilege, pg_class.oid::regclass)
        FROM pg_catalog.pg_class
        JOIN pg_catalog.pg_namespace ON pg_namespace.oid = pg_class.relnamespace, unnest(ARRAY['USAGE', 'SELECT', 'UPDATE']) AS privilege
        WHERE nspname = \(schema) AND relkind = 'S' AND has_sequence_privilege(\(role), pg_class.oid, privilege)
        UNION ALL
        SELECT format('EXECUTE on %s', pg_proc.oid::regprocedure)
        FROM pg_catalog.pg_proc
        JOIN pg_catalog.pg_namespace ON pg_namespace.oid = pg_proc.pronamespace
        WHERE nspname = \(schema) AND has_function_privilege(\(role), pg_proc.oid, 'EXECUTE')
        ORDER BY 1
        """
    }
    func decode(_ row: Row) throws -> String { try row.decode("line") }
}
