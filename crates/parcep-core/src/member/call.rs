//! What goes between the engine and its driver.

use crate::reason::Reason;

/// A call of `parcep.v1alpha1.RelayService`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Method {
    /// `Challenge`
    Challenge,
    /// `OpenSession`
    OpenSession,
    /// `CreateLog`
    CreateLog,
    /// `Append`
    Append,
    /// `Read`
    Read,
    /// `Watch`, the one stream
    Watch,
    /// `ReadRegister`
    ReadRegister,
    /// `WriteRegister`
    WriteRegister,
    /// `GrantAccess`
    GrantAccess,
    /// `ListAccess`
    ListAccess,
    /// `Announce`
    Announce,
    /// `CancelAct`
    CancelAct,
    /// `ListActs`
    ListActs,
    /// `Prune`
    Prune,
    /// `RevokeAccess`
    RevokeAccess,
}

impl Method {
    /// Path of the call on gRPC.
    pub fn path(self) -> &'static str {
        match self {
            Self::Challenge => "/parcep.v1alpha1.RelayService/Challenge",
            Self::OpenSession => "/parcep.v1alpha1.RelayService/OpenSession",
            Self::CreateLog => "/parcep.v1alpha1.RelayService/CreateLog",
            Self::Append => "/parcep.v1alpha1.RelayService/Append",
            Self::Read => "/parcep.v1alpha1.RelayService/Read",
            Self::Watch => "/parcep.v1alpha1.RelayService/Watch",
            Self::ReadRegister => "/parcep.v1alpha1.RelayService/ReadRegister",
            Self::WriteRegister => "/parcep.v1alpha1.RelayService/WriteRegister",
            Self::GrantAccess => "/parcep.v1alpha1.RelayService/GrantAccess",
            Self::ListAccess => "/parcep.v1alpha1.RelayService/ListAccess",
            Self::Announce => "/parcep.v1alpha1.RelayService/Announce",
            Self::CancelAct => "/parcep.v1alpha1.RelayService/CancelAct",
            Self::ListActs => "/parcep.v1alpha1.RelayService/ListActs",
            Self::Prune => "/parcep.v1alpha1.RelayService/Prune",
            Self::RevokeAccess => "/parcep.v1alpha1.RelayService/RevokeAccess",
        }
    }
}

/// A call to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// Which.
    pub method: Method,
    /// The encoded request.
    pub body: Vec<u8>,
}

/// Why a call gave no reply.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// The relay answered with this reason.
    Reason(Reason),
    /// The relay asks to wait, milliseconds.
    RetryAfter(u64),
    /// No answer came, or none that says why: the call may or may not have had its effect.
    Unknown,
}
