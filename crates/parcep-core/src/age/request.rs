//! What an audience or a holder may ask, and what makes a request improper (R-AGE-026, R-AGE-027).

use parcep_proto::v1alpha1 as pb;
use prost::Message as _;

use super::pins::MAX_AUDIENCE;
use super::{AgeAssurance, AgeEstablished, AgeMethod, AgePurpose, Cuts};
use crate::crypto::VerifyingKey;
use crate::registry::constants;

/// Largest encoded request that is looked at.
const MAX_BYTES: usize = 4096;
const MAX_METHODS: usize = 8;
const MAX_CHANGES: usize = 16;

/// A request that breaks a rule; the field at fault. The only answer to it is INVALID_REQUEST.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("age request field `{0}` is missing, out of range or not to be asked")]
pub struct InvalidRequest(pub &'static str);

/// How sure, how and how recently an age has to be known. Asking for nothing is the default; what
/// is asked for is told, and nothing else (R-AGE-028).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Needs {
    /// At least this sure, on this protocol's scale; not told asks for nothing.
    pub least_assurance: AgeAssurance,
    /// Known in one of these ways; empty asks for nothing.
    pub accepted_methods: Vec<AgeMethod>,
    /// Checked at most so long ago; not told asks for nothing.
    pub established_within: AgeEstablished,
}

/// What an audience asks an issuer.
///
/// ```
/// use parcep_core::age::{AgePurpose, Cuts, SignalRequest};
/// let cuts = Cuts::new(vec![13, 16, 18])?;
/// let request = SignalRequest::new("https://games.example", AgePurpose::AccessGate, cuts, [7; 16]);
/// assert_eq!(SignalRequest::from_bytes(&request.to_bytes()), Ok(request));
/// # Ok::<(), parcep_core::age::AgeError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignalRequest {
    /// Itself.
    pub audience: String,
    /// What for.
    pub purpose: AgePurpose,
    /// Its cut points.
    pub cuts: Cuts,
    /// How the age has to be known.
    pub needs: Needs,
    /// Its challenge, 16 to 64 random bytes.
    pub nonce: Vec<u8>,
    /// ISO 3166-1 alpha-2 or 3166-2 where it wants to be told the person's, or empty.
    pub jurisdiction: String,
    /// Whether it has to know one cell, the youngest (R-AGE-036).
    pub one_cell: bool,
    /// Changes that it announces, at most 16 of its own ids, 1 to 32 bytes each (R-AGE-043).
    pub changes: Vec<Vec<u8>>,
}

/// What a holder asks an issuer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenRequest {
    /// Cut points of the audiences that the tokens are for.
    pub cuts: Cuts,
    /// How the age has to be known.
    pub needs: Needs,
    /// A fresh key for each token, 1 to 30.
    pub holder_keys: Vec<VerifyingKey>,
    /// Whether the audiences have to know one cell.
    pub one_cell: bool,
}

impl SignalRequest {
    /// A request that asks for a bracket and nothing else.
    pub fn new(
        audience: impl Into<String>,
        purpose: AgePurpose,
        cuts: Cuts,
        nonce: impl Into<Vec<u8>>,
    ) -> Self {
        Self {
            audience: audience.into(),
            purpose,
            cuts,
            needs: Needs::default(),
            nonce: nonce.into(),
            jurisdiction: String::new(),
            one_cell: false,
            changes: Vec::new(),
        }
    }

    /// Reads an `AgeSignalRequest`.
    ///
    /// # Errors
    /// [`InvalidRequest`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, InvalidRequest> {
        decode::<pb::AgeSignalRequest>(bytes)?.try_into()
    }

    /// The bytes of an `AgeSignalRequest`.
    pub fn to_bytes(&self) -> Vec<u8> {
        pb::AgeSignalRequest::from(self).encode_to_vec()
    }

    /// Whether it may be asked (R-AGE-026, R-AGE-027).
    ///
    /// # Errors
    /// [`InvalidRequest`] with the first field at fault.
    pub fn check(&self) -> Result<(), InvalidRequest> {
        let purpose = self.purpose;
        holds(is_audience(&self.audience), "audience")?;
        holds((16..=64).contains(&self.nonce.len()), "nonce")?;
        let named = self.jurisdiction.is_empty() || is_jurisdiction(&self.jurisdiction);
        holds(named, "jurisdiction")?;
        let ids = self.changes.len() <= MAX_CHANGES
            && self.changes.iter().all(|id| (1..=32).contains(&id.len()))
            && are_distinct(&self.changes);
        let may_announce = self.changes.is_empty() || purpose == AgePurpose::ConsentFlow;
        holds(ids && may_announce, "changes")?;
        self.needs.check(purpose == AgePurpose::AccessGate)
    }
}

impl TokenRequest {
    /// Reads an `IssueAgeTokensRequest`.
    ///
    /// # Errors
    /// [`InvalidRequest`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, InvalidRequest> {
        decode::<pb::IssueAgeTokensRequest>(bytes)?.try_into()
    }

    /// The bytes of an `IssueAgeTokensRequest`.
    pub fn to_bytes(&self) -> Vec<u8> {
        pb::IssueAgeTokensRequest::from(self).encode_to_vec()
    }

    /// Whether it may be asked.
    ///
    /// # Errors
    /// [`InvalidRequest`] with the first field at fault.
    pub fn check(&self) -> Result<(), InvalidRequest> {
        let number = (1..=constants::AGE_BATCH as usize).contains(&self.holder_keys.len());
        holds(number && are_distinct(&self.holder_keys), "holder_keys")?;
        self.needs.check(true)
    }
}

impl Needs {
    /// Whether it may be asked. `gate` is for access and for tokens: who declares must not be told
    /// from the outcome (R-AGE-027).
    ///
    /// # Errors
    /// [`InvalidRequest`] with the first field at fault.
    pub fn check(&self, gate: bool) -> Result<(), InvalidRequest> {
        let methods = &self.accepted_methods;
        let has = |method| methods.contains(&method);
        let listed =
            methods.len() <= MAX_METHODS && are_distinct(methods) && !has(AgeMethod::NotTold);
        let one_of_two = has(AgeMethod::SelfDeclared) != has(AgeMethod::GuardianDeclared);
        holds(listed && !(gate && one_of_two), "accepted_methods")?;
        let basic = self.least_assurance == AgeAssurance::Basic;
        holds(!(gate && basic), "least_assurance")
    }
}

/// Two capitals, and perhaps `-` and 1 to 3 capitals or digits.
pub(super) fn is_jurisdiction(code: &str) -> bool {
    let (country, part) = match code.split_once('-') {
        Some((country, part)) => (country, Some(part)),
        None => (code, None),
    };
    let is_part = |part: &str| {
        let mut letters = part.bytes();
        (1..=3).contains(&part.len())
            && letters.all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
    };
    country.len() == 2
        && country.bytes().all(|byte| byte.is_ascii_uppercase())
        && part.is_none_or(is_part)
}

fn is_audience(name: &str) -> bool {
    (1..=MAX_AUDIENCE).contains(&name.len())
}

fn holds(condition: bool, field: &'static str) -> Result<(), InvalidRequest> {
    condition.then_some(()).ok_or(InvalidRequest(field))
}

/// Of a few values: whether none stands there twice.
fn are_distinct<T: PartialEq>(values: &[T]) -> bool {
    let mut rest = values;
    while let Some((first, others)) = rest.split_first() {
        if others.contains(first) {
            return false;
        }
        rest = others;
    }
    true
}

fn decode<M: prost::Message + Default>(bytes: &[u8]) -> Result<M, InvalidRequest> {
    holds(bytes.len() <= MAX_BYTES, "request")?;
    M::decode(bytes).map_err(|_| InvalidRequest("request"))
}

fn needs(assurance: i32, methods: &[i32], within: i32) -> Result<Needs, InvalidRequest> {
    // INVARIANT: what is longer is refused before it is compared.
    holds(methods.len() <= MAX_METHODS, "accepted_methods")?;
    let methods = methods.iter().map(|number| AgeMethod::known(*number));
    Ok(Needs {
        least_assurance: AgeAssurance::known(assurance).ok_or(InvalidRequest("least_assurance"))?,
        accepted_methods: methods
            .collect::<Option<_>>()
            .ok_or(InvalidRequest("accepted_methods"))?,
        established_within: AgeEstablished::known(within)
            .ok_or(InvalidRequest("established_within"))?,
    })
}

fn cuts(cuts: &[u32]) -> Result<Cuts, InvalidRequest> {
    Cuts::try_from(cuts).map_err(|_| InvalidRequest("cuts"))
}

impl TryFrom<pb::AgeSignalRequest> for SignalRequest {
    type Error = InvalidRequest;

    fn try_from(request: pb::AgeSignalRequest) -> Result<Self, InvalidRequest> {
        holds(request.encoded_len() <= MAX_BYTES, "request")?;
        let read = Self {
            purpose: AgePurpose::known(request.purpose).ok_or(InvalidRequest("purpose"))?,
            cuts: cuts(&request.cuts)?,
            needs: needs(
                request.least_assurance,
                &request.accepted_methods,
                request.established_within,
            )?,
            audience: request.audience,
            nonce: request.nonce,
            jurisdiction: request.jurisdiction,
            one_cell: request.one_cell,
            changes: request.changes,
        };
        read.check().map(|()| read)
    }
}

impl From<&SignalRequest> for pb::AgeSignalRequest {
    fn from(request: &SignalRequest) -> Self {
        let methods = request.needs.accepted_methods.iter();
        Self {
            audience: request.audience.clone(),
            purpose: request.purpose.wire(),
            cuts: request.cuts.points().to_vec(),
            least_assurance: request.needs.least_assurance.wire(),
            accepted_methods: methods.map(|method| method.wire()).collect(),
            established_within: request.needs.established_within.wire(),
            nonce: request.nonce.clone(),
            jurisdiction: request.jurisdiction.clone(),
            one_cell: request.one_cell,
            changes: request.changes.clone(),
        }
    }
}

impl TryFrom<pb::IssueAgeTokensRequest> for TokenRequest {
    type Error = InvalidRequest;

    fn try_from(request: pb::IssueAgeTokensRequest) -> Result<Self, InvalidRequest> {
        let number = request.holder_keys.len() <= constants::AGE_BATCH as usize;
        holds(number, "holder_keys")?;
        let keys = request.holder_keys.iter();
        let keys = keys.map(|key| VerifyingKey::try_from(key.as_slice()));
        let read = Self {
            cuts: cuts(&request.cuts)?,
            needs: needs(
                request.least_assurance,
                &request.accepted_methods,
                request.established_within,
            )?,
            holder_keys: keys
                .collect::<Result<_, _>>()
                .map_err(|_| InvalidRequest("holder_keys"))?,
            one_cell: request.one_cell,
        };
        read.check().map(|()| read)
    }
}

impl From<&TokenRequest> for pb::IssueAgeTokensRequest {
    fn from(request: &TokenRequest) -> Self {
        let methods = request.needs.accepted_methods.iter();
        let keys = request.holder_keys.iter();
        Self {
            cuts: request.cuts.points().to_vec(),
            holder_keys: keys.map(|key| key.as_bytes().to_vec()).collect(),
            least_assurance: request.needs.least_assurance.wire(),
            accepted_methods: methods.map(|method| method.wire()).collect(),
            established_within: request.needs.established_within.wire(),
            one_cell: request.one_cell,
        }
    }
}
