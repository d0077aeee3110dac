// swift-tools-version: 6.2
import PackageDescription

// Layout rules: one section a target with its tests beside it, lower layers first, dependencies sorted one a line.
// A target of Sources/Shared never imports one that stands below it in this file.

let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InferIsolatedConformances"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .treatAllWarnings(as: .error),
]

func shared(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, path: "Sources/Shared/\(name)", swiftSettings: settings)
}

func service(_ name: String, _ dependencies: [Target.Dependency], exclude: [String] = []) -> Target {
    .executableTarget(
        name: name,
        dependencies: dependencies + serviceLibraries,
        exclude: exclude,
        swiftSettings: settings
    )
}

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .testTarget(
        name: name,
        dependencies: dependencies + ["TestSupport"],
        path: "Tests/\(name)",
        exclude: [],
        swiftSettings: settings
    )
}

// MARK: - Products of others

let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let configuration = Target.Dependency.product(name: "Configuration", package: "swift-configuration")
let hummingbird = Target.Dependency.product(name: "Hummingbird", package: "hummingbird")
let hummingbirdCore = Target.Dependency.product(name: "HummingbirdCore", package: "hummingbird")
let hummingbirdTesting = Target.Dependency.product(name: "HummingbirdTesting", package: "hummingbird")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let metrics = Target.Dependency.product(name: "Metrics", package: "swift-metrics")
let mustache = Target.Dependency.product(name: "Mustache", package: "swift-mustache")
let nioCore = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioHTTP1 = Target.Dependency.product(name: "NIOHTTP1", package: "swift-nio")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let serviceLifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let unixSignals = Target.Dependency.product(name: "UnixSignals", package: "swift-service-lifecycle")

let serviceLibraries: [Target.Dependency] = [
    "Contracts",
    "Cryptography",
    "JSON",
    "JSONRPC",
    "Model",
    "Postgres",
    "Schemas",
    "ServiceRuntime",
    configuration,
    logging,
    metrics,
    serviceLifecycle,
]

let package = Package(
    name: "datamailer",
    products: [
        .executable(name: "AudienceService", targets: ["AudienceService"]),
        .executable(name: "CampaignService", targets: ["CampaignService"]),
        .executable(name: "DeliveryService", targets: ["DeliveryService"]),
        .executable(name: "Gateway", targets: ["Gateway"]),
        .executable(name: "TrackingService", targets: ["TrackingService"]),
        .executable(name: "datamailer", targets: ["Operator"]),
        .executable(name: "datamailer-benchmarks", targets: ["Benchmarks"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-configuration", from: "1.4.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        // MARK: System libraries
        .systemLibrary(name: "CEpoll", path: "Sources/Shared/CEpoll"),
        .systemLibrary(name: "CIDN2", path: "Sources/Shared/CIDN2", pkgConfig: "libidn2", providers: [.apt(["libidn2-dev"])]),
        .systemLibrary(name: "CLibCurl", path: "Sources/Shared/CLibCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        .systemLibrary(name: "CLibPQ", path: "Sources/Shared/CLibPQ", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
        .systemLibrary(name: "COpenSSL", path: "Sources/Shared/COpenSSL", pkgConfig: "openssl", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(name: "CSystemd", path: "Sources/Shared/CSystemd", pkgConfig: "libsystemd", providers: [.apt(["libsystemd-dev"])]),

        // MARK: Test support (throwaway Postgres, fixtures, in-process services)
        .target(
            name: "TestSupport",
            dependencies: ["Contracts", "HTTPTransport", "JSON", "JSONRPC", "Model", "Postgres", "Processes", logging],
            path: "Tests/TestSupport",
            swiftSettings: settings
        ),

        // MARK: Model (identifiers and timestamps that several modules use)
        shared("Model"),
        tests("ModelTests", ["Model"]),

        // MARK: JSON (values, parser, writer)
        shared("JSON", ["Model"]),
        tests("JSONTests", ["JSON", "Model"]),

        // MARK: Processes (children by posix_spawn, with nothing but what is named)
        shared("Processes"),
        tests("ProcessesTests", ["Processes"]),

        // MARK: Readiness (one epoll thread for foreign descriptors)
        shared("Readiness", ["CEpoll"]),
        tests("ReadinessTests", ["Readiness"]),

        // MARK: Cryptography (OpenSSL 3)
        shared("Cryptography", ["COpenSSL"]),
        tests("CryptographyTests", ["Cryptography"]),

        // MARK: Tokens (signed tracking tokens)
        shared("Tokens", ["Cryptography", "JSON", "Model"]),
        tests("TokensTests", ["Cryptography", "Model", "Tokens"]),

        // MARK: CSV (records, dialects, refusals by line)
        shared("CSV"),
        tests("CSVTests", ["CSV"]),

        // MARK: Postgres (libpq)
        shared("Postgres", ["CLibPQ", "JSON", "Model", "Readiness", logging]),
        tests("PostgresTests", ["JSON", "Model", "Postgres", logging]),

        // MARK: HTTPTransport (libcurl)
        shared("HTTPTransport", ["CLibCurl", "Readiness"]),
        tests("HTTPTransportTests", ["HTTPTransport", nioCore, nioHTTP1, nioPosix]),

        // MARK: Systemd (inherited sockets, notify, credentials)
        shared("Systemd", ["CSystemd"]),
        tests("SystemdTests", ["Systemd"]),

        // MARK: JSONRPC (wire, client, server, limits)
        shared("JSONRPC", ["JSON", "Model", logging, nioCore, nioPosix]),
        tests("JSONRPCTests", ["JSON", "JSONRPC", "Model", logging, nioCore, nioPosix]),

        // MARK: Contracts (every RPC method and value type)
        shared("Contracts", ["JSON", "JSONRPC", "Model"]),
        tests("ContractsTests", ["Contracts", "JSON", "JSONRPC", "Model"]),

        // MARK: Email (addresses, MIME, HTML link rewriting)
        shared("Email", ["CIDN2"]),
        tests("EmailTests", ["Email"]),

        // MARK: Templating (Liquid)
        shared("Templating", ["JSON", "Model"]),
        tests("TemplatingTests", ["JSON", "Templating"]),

        // MARK: Schemas (each service's migrations, embedded)
        .target(
            name: "Schemas",
            dependencies: ["Postgres"],
            path: "Sources/Shared/Schemas",
            resources: [.embedInCode("SQL")],
            swiftSettings: settings
        ),
        tests("SchemasTests", ["Postgres", "Schemas"]),

        // MARK: ServiceRuntime (configuration, lifecycle, idle exit, outbox)
        shared(
            "ServiceRuntime",
            [
                "Contracts", "Cryptography", "JSON", "JSONRPC", "Model", "Postgres", "Systemd", configuration, logging, metrics, nioCore, nioPosix,
                serviceLifecycle, unixSignals,
            ]
        ),
        tests(
            "ServiceRuntimeTests",
            ["Contracts", "JSON", "JSONRPC", "Model", "Postgres", "Schemas", "ServiceRuntime", "Systemd", configuration, logging]
        ),

        // MARK: Services
        service("AudienceService", ["CSV", "Email", "HTTPTransport"], exclude: ["README.md"]),
        tests(
            "AudienceServiceTests",
            [
                "AudienceService", "CSV", "Contracts", "Cryptography", "Email", "JSON", "JSONRPC", "Model", "Postgres", "Schemas", "ServiceRuntime",
                configuration, logging,
            ]
        ),

        service("CampaignService", ["Email", "Templating", "Tokens"], exclude: ["README.md"]),
        tests(
            "CampaignServiceTests",
            [
                "CampaignService", "Contracts", "Cryptography", "JSON", "JSONRPC", "Model", "Postgres", "Schemas", "ServiceRuntime", "Templating",
                logging,
            ]
        ),

        service("DeliveryService", ["Email", "HTTPTransport", "Systemd", "Templating", "Tokens"], exclude: ["README.md"]),
        tests(
            "DeliveryServiceTests",
            [
                "Contracts", "Cryptography", "DeliveryService", "Email", "HTTPTransport", "JSON", "JSONRPC", "Model", "Postgres", "Schemas",
                "ServiceRuntime", "Systemd", "Templating", "Tokens", configuration, logging, serviceLifecycle,
            ]
        ),

        service("TrackingService", ["HTTPTransport", "Tokens"], exclude: ["README.md"]),
        tests(
            "TrackingServiceTests",
            [
                "Contracts", "Cryptography", "HTTPTransport", "JSON", "JSONRPC", "Model", "Postgres", "Schemas", "ServiceRuntime", "Tokens",
                "TrackingService", logging,
            ]
        ),

        // MARK: Gateway
        service(
            "Gateway",
            ["CSV", "Email", "HTTPTransport", "Tokens", hummingbird, hummingbirdCore, mustache, nioCore, nioHTTP1, nioPosix],
            exclude: ["README.md"]
        ),
        tests(
            "GatewayTests",
            [
                "Contracts", "Cryptography", "Gateway", "HTTPTransport", "JSON", "JSONRPC", "Model", "Postgres", "Schemas", "ServiceRuntime",
                "Tokens", configuration, logging, serviceLifecycle,
            ]
        ),

        // MARK: Operator (the datamailer command)
        service(
            "Operator",
            [
                "CLibCurl", "CLibPQ", "COpenSSL", "CSV", "HTTPTransport", "Processes", "Systemd", "Templating", "Tokens", argumentParser, nioCore,
                nioPosix,
                unixSignals,
            ],
            exclude: ["README.md"]
        ),
        tests(
            "OperatorTests",
            ["CSV", "Contracts", "JSON", "JSONRPC", "Model", "Operator", "Postgres", "Processes", "ServiceRuntime", argumentParser, logging]
        ),

        // MARK: End to end, with real processes
        tests("EndToEndTests", ["Contracts", "HTTPTransport", "JSON", "JSONRPC", "Model", "Postgres", "Processes", logging]),

        // MARK: Benchmarks
        .executableTarget(
            name: "Benchmarks",
            dependencies: [
                "Contracts", "HTTPTransport", "JSON", "JSONRPC", "Model", "Postgres", "Processes", "Tokens", argumentParser, logging, nioCore,
                nioHTTP1, nioPosix,
            ],
            path: "Benchmarks",
            swiftSettings: settings
        ),
    ],
    swiftLanguageModes: [.v6]
)
