//! The wire of Open PARCEP: generated messages and, behind `grpc`, the services.
//!
//! Everything here is generated from `proto/` and committed; `tests/codegen.rs` proves that the
//! two agree. There is no logic in this crate. Unknown fields are dropped by the decoder, so what
//! must survive (anything signed) is carried as the exact bytes received.

/// Package `parcep.v1alpha1`: the first draft.
#[allow(
    missing_docs,
    unreachable_pub,
    unused_qualifications,
    clippy::all,
    clippy::allow_attributes,
    clippy::allow_attributes_without_reason,
    clippy::use_self,
    clippy::unwrap_used,
    clippy::or_fun_call,
    reason = "generated code"
)]
pub mod v1alpha1 {
    include!("generated/parcep.v1alpha1.rs");

    /// The relay service: client and server of `RelayService`.
    #[cfg(feature = "grpc")]
    pub mod grpc {
        use super::*;
        include!("generated/parcep.v1alpha1.grpc.rs");
    }
}

/// Encoded `google.protobuf.FileDescriptorSet` of every file, without comments; for reflection.
pub const DESCRIPTOR_SET: &[u8] = include_bytes!("generated/descriptor.bin");
