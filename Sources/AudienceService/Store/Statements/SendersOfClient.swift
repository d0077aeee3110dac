import Contracts
import Model
import Postgres

/// A client's senders in their order.
struct SendersOfClient: Statement {
    static let sample = Self(clientID: ClientID(1))
    var clientID: ClientID
    var sql: SQL {
        """
        SELECT senders.sender_key, senders.mailbox
        FROM audience.senders
        WHERE senders.client_id = \(clientID)
        ORDER BY senders.position
        """
    }

    func decode(_ row: Row) throws -> Sender { Sender(id: try row.decode("sender_key"), email: try row.decode("mailbox")) }
}

/// Locks a client, so that two replacements of its senders follow one another.
struct LockClient: Statement {
    static let sample = Self(scope: ClientScope(organizationID: OrganizationID(1), clientID: ClientID(1)))
    var scope: ClientScope
    var sql: SQL {
        """
        SELECT clients.id
        FROM audience.clients
        WHERE clients.id = \(scope.clientID) AND clients.organization_id = \(scope.organizationID)
        FOR NO KEY UPDATE
        """
    }

    func decode(_ row: Row) throws -> ClientID { try row.decode("id") }
}

struct DeleteSenders: Statement {
    static let sample = Self(clientID: ClientID(1))
    var clientID: ClientID
    var sql: SQL {
        """
        DELETE FROM audience.senders
        WHERE senders.client_id = \(clientID)
        """
    }
}

struct AddSender: Statement {
    static let sample = Self(clientID: ClientID(1), sender: Sender(id: "a", email: "a@example.com"), position: 0)
    var clientID: ClientID
    var sender: Sender
    var position: Int32
    var sql: SQL {
        """
        INSERT INTO audience.senders (client_id, sender_key, mailbox, position)
        VALUES (\(clientID), \(sender.id), \(sender.email), \(position))
        """
    }
}

struct SetDefaultSender: Statement {
    static let sample = Self(clientID: ClientID(1), senderID: "a")
    var clientID: ClientID
    var senderID: String
    var sql: SQL {
        """
        UPDATE audience.clients
        SET default_sender_key = \(senderID)
        WHERE clients.id = \(clientID)
        """
    }
}
