//! The wire of Open PARCEP: generated messages and, behind `grpc`, the services.
