//! Stable reason codes: one list, the wire's.

/// Why bytes or a call were refused (`spec/registry/error-reasons.toml`).
pub use parcep_proto::v1alpha1::ErrorReason as Reason;

/// The code as it stands in errors and reports, such as `STALE_HEAD`.
///
/// ```
/// use parcep_core::reason::{Reason, code};
/// assert_eq!(code(Reason::StaleHead), "STALE_HEAD");
/// ```
pub fn code(reason: Reason) -> &'static str {
    let name = reason.as_str_name();
    name.strip_prefix("ERROR_REASON_").unwrap_or(name)
}

/// The reason that a code stands for; `None` for a code of a later version.
pub fn from_code(code: &str) -> Option<Reason> {
    Reason::from_str_name(&format!("ERROR_REASON_{code}"))
}
