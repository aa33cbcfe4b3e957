//! The files by which a guardian is admitted: invitation, acceptance, answer. The answer is that of any
//! new device.

use crate::failure::{Failure, Kind};
use crate::files;
use parcep_client::guardian::Guardian;
use parcep_core::consent::{Accept, Act, Proposal};
use parcep_core::constitution::Constitution;
use parcep_core::document::PayloadType;
use parcep_core::hex;
use parcep_core::id::{DocumentId, LogId, PrincipalId};
use parcep_core::joining::JoinRequest;
use parcep_core::member::Identity;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::path::Path;

const INVITATION: &str = "parcep-invitation/1";
const ACCEPTANCE: &str = "parcep-acceptance/1";

/// What a newcomer is invited to agree to: one exact change of the constitution.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Invitation {
    format: String,
    log_id: String,
    base: String,
    content: String,
    newcomer: String,
    /// Names of those who are guardians already, for the person to read.
    pub(crate) guardians: Vec<String>,
    /// Names of the children.
    pub(crate) children: Vec<String>,
}

/// What the newcomer answers: consent and keys.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Acceptance {
    format: String,
    content: String,
    accept: String,
    request: String,
    /// How the newcomer wants to be called.
    pub(crate) name: String,
}

/// An invitation that was read.
pub(crate) struct Invited {
    log_id: LogId,
    proposal: Proposal,
    pub(crate) newcomer: PrincipalId,
    pub(crate) law: Constitution,
}

impl Invitation {
    /// For a proposal of this guardian's.
    pub(crate) fn new(
        guardian: &Guardian,
        proposal: &Proposal,
        newcomer: PrincipalId,
        (guardians, children): (Vec<String>, Vec<String>),
    ) -> Result<Self, Failure> {
        let household = guardian.household().map_err(crate::online::failed)?;
        Ok(Self {
            format: INVITATION.into(),
            log_id: household.log_id().to_string(),
            base: proposal.base().to_string(),
            content: hex::encode(&proposal.act().encode()),
            newcomer: newcomer.to_string(),
            guardians,
            children,
        })
    }

    pub(crate) fn read(path: &Path) -> Result<Self, Failure> {
        let file: Self = json(path)?;
        (file.format == INVITATION)
            .then_some(file)
            .ok_or_else(|| wrong(path, "it is no invitation"))
    }

    /// What it says exactly.
    pub(crate) fn invited(&self, path: &Path) -> Result<Invited, Failure> {
        let read = || {
            let content = hex::decode(&self.content)?;
            let act = Act::parse(PayloadType::Constitution, &content).ok()?;
            let Act::Constitution(law) = &act else {
                return None;
            };
            let law = law.clone();
            let base = DocumentId::try_from(hex::decode(&self.base)?.as_slice()).ok()?;
            let newcomer = hex::decode(&self.newcomer)?;
            let newcomer = PrincipalId::try_from(newcomer.as_slice()).ok()?;
            law.is_guardian(newcomer).then_some(())?;
            Some(Invited {
                log_id: LogId::try_from(hex::decode(&self.log_id)?.as_slice()).ok()?,
                proposal: Proposal::new(act, base),
                newcomer,
                law,
            })
        };
        read().ok_or_else(|| wrong(path, "it is damaged; ask for a new invitation"))
    }
}

impl Invited {
    /// Agrees with the keys of a new device.
    pub(crate) fn accept(&self, identity: &Identity, request: &[u8], name: &str) -> Acceptance {
        let hash = self.proposal.hash(self.log_id);
        let keys = (
            identity.device,
            &identity.signing,
            identity.sealing.public(),
        );
        let accept = Accept::sign(self.log_id, hash, self.newcomer, keys);
        Acceptance {
            format: ACCEPTANCE.into(),
            content: hex::encode(&self.proposal.act().encode()),
            accept: hex::encode(&parcep_client::guardian::encode_accept(&accept)),
            request: hex::encode(request),
            name: name.to_owned(),
        }
    }
}

impl Acceptance {
    pub(crate) fn read(path: &Path) -> Result<Self, Failure> {
        let file: Self = json(path)?;
        (file.format == ACCEPTANCE)
            .then_some(file)
            .ok_or_else(|| wrong(path, "it is no acceptance"))
    }

    /// The change that was agreed to, the signed consent, and the device's own request.
    pub(crate) fn opened(&self) -> Result<(Act, Accept, JoinRequest), Failure> {
        let read = || {
            let act = Act::parse(PayloadType::Constitution, &hex::decode(&self.content)?).ok()?;
            let accept = parcep_client::guardian::parse_accept(&hex::decode(&self.accept)?)?;
            let request = JoinRequest::verify(&hex::decode(&self.request)?).ok()?;
            let one_device = request.device == accept.device
                && request.signing == accept.signing
                && request.sealing == accept.sealing;
            one_device.then_some((act, accept, request))
        };
        let damaged = || {
            let message =
                "the acceptance is damaged, or its parts are of two devices; ask for a new one";
            Failure::new(Kind::Input, "MALFORMED", message)
        };
        read().ok_or_else(damaged)
    }
}

/// Writes one of the files.
pub(crate) fn write(path: &Path, file: &impl Serialize) -> Result<(), Failure> {
    let text = serde_json::to_string_pretty(file);
    let text = text.map_err(|e| Failure::new(Kind::Failed, "INTERNAL", e.to_string()))?;
    files::write_private(path, text.as_bytes())
}

fn json<T: DeserializeOwned>(path: &Path) -> Result<T, Failure> {
    let bytes = files::read(path)?;
    serde_json::from_slice(&bytes).map_err(|_| wrong(path, "it is none of the files of joining"))
}

fn wrong(path: &Path, what: &str) -> Failure {
    Failure::new(Kind::Input, "MALFORMED", what).in_file(path.display().to_string())
}
