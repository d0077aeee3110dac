import Model
import Postgres

/// Forgets that imports of an organization have seen an address.
struct EraseImportSeen: Statement {
    static let sample = Self(organizationID: OrganizationID(1), email: "a@example.com")
    var organizationID: OrganizationID
    /// Normalised.
    var email: String
    var sql: SQL {
        """
        DELETE FROM audience.import_seen
        USING audience.import_jobs
        WHERE import_jobs.organization_id = \(organizationID) AND import_seen.job_id = import_jobs.id AND import_seen.email = \(email)
        """
    }
}

/// Takes an address out of what pages of imports answered; they are kept for a month, for repetitions.
struct EraseImportResults: Statement {
    static let sample = Self(organizationID: OrganizationID(1), email: "a@example.com")
    var organizationID: OrganizationID
    /// Normalised.
    var email: String
    var sql: SQL {
        """
        UPDATE audience.import_pages
        SET result = import_pages.result || jsonb_build_object(
            'results', (
                SELECT coalesce(jsonb_agg(item), '[]')
                FROM jsonb_array_elements(import_pages.result -> 'results') AS item
                WHERE coalesce(item ->> 'email', item -> 'contact' ->> 'email', '') <> \(email)
            ),
            'faults', (
                SELECT coalesce(jsonb_agg(item), '[]')
                FROM jsonb_array_elements(import_pages.result -> 'faults') AS item
                WHERE lower(coalesce(item ->> 'email', '')) <> \(email)
            )
        )
        FROM audience.import_jobs
        WHERE import_jobs.organization_id = \(organizationID) AND import_pages.job_id = import_jobs.id
            AND strpos(lower(import_pages.result::text), \(email)) > 0
        """
    }
}

/// Forgets the rows of list imports that name an address.
struct EraseListImportRows: Statement {
    static let sample = Self(organizationID: OrganizationID(1), email: "a@example.com")
    var organizationID: OrganizationID
    /// Normalised.
    var email: String
    var sql: SQL {
        """
        DELETE FROM audience.list_import_rows
        USING audience.list_import_jobs
        WHERE list_import_jobs.organization_id = \(organizationID) AND list_import_rows.job_id = list_import_jobs.id
            AND lower(list_import_rows.email) = \(email)
        """
    }
}
