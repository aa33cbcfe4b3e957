//! Drives the core over gRPC for guardians and enforcement points.
