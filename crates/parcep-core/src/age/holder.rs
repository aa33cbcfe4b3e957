//! The holder of tokens: the person's device, or a program on it.
//!
//! ```text
//! HolderKeys ── public ──▶ issuer ── signed tokens ──▶ HolderKeys::receive ──▶ Batch
//! Batch ── present ──▶ PresentedAge, and the key is gone (R-AGE-020)
//! ```

use parcep_proto::v1alpha1 as pb;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::token::{as_signal, check_presentation, is_plain, presented, read_token, verify_token};
use super::{
    Admitted, AgeError, AgePurpose, AgeSignal, AgeToken, Cuts, Needs, SignalRequest, SignedToken,
    TokenRequest, Trusted,
};
use crate::crypto::{CryptoError, Random, SigningKey, VerifyingKey};
use crate::hex;
use crate::registry::constants;

const FORMAT: &str = "parcep-age-batch/1";

/// Fresh keys, each for one token, and what was asked with them.
#[derive(Debug)]
pub struct HolderKeys {
    keys: Vec<SigningKey>,
    cuts: Cuts,
    one_cell: bool,
}

/// Tokens that were received and looked at, each with its key. What is shown leaves it.
#[derive(Debug)]
pub struct Batch {
    said: AgeToken,
    cuts: Cuts,
    one_cell: bool,
    held: Vec<Held>,
}

#[derive(Debug)]
struct Held {
    key: SigningKey,
    signed: SignedToken,
}

/// A token that was shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Presented {
    /// The bytes of a `PresentedAge`, for the audience.
    pub bytes: Vec<u8>,
    /// What they say, for the person's own list (R-AGE-052).
    pub told: AgeSignal,
}

impl HolderKeys {
    /// Fresh keys for `number` tokens, 1 to 30, to be asked for with these cut points.
    ///
    /// # Errors
    /// [`AgeError::Malformed`] for another number; if the source of randomness fails.
    pub fn generate(number: usize, cuts: Cuts, random: &mut impl Random) -> Result<Self, AgeError> {
        if !(1..=constants::AGE_BATCH as usize).contains(&number) {
            return Err(AgeError::Malformed("holder_keys"));
        }
        let keys = (0..number).map(|_| SigningKey::generate(random));
        Ok(Self {
            keys: keys.collect::<Result<_, CryptoError>>()?,
            cuts,
            one_cell: false,
        })
    }

    /// Asks for the youngest cell where several are touched (R-AGE-036).
    #[must_use]
    pub fn one_cell(self) -> Self {
        Self {
            one_cell: true,
            ..self
        }
    }

    /// The public halves, in order.
    pub fn public(&self) -> Vec<VerifyingKey> {
        self.keys.iter().map(SigningKey::public).collect()
    }

    /// The request to an issuer.
    pub fn request(&self, needs: Needs) -> TokenRequest {
        TokenRequest {
            cuts: self.cuts.clone(),
            needs,
            holder_keys: self.public(),
            one_cell: self.one_cell,
        }
    }

    /// Takes what an issuer sent, or none of it: one token for each key, in order, each under a
    /// trusted key and in time, and all equal byte for byte but for the holder key (R-AGE-025).
    ///
    /// # Errors
    /// The first thing that is wrong; the keys are gone then.
    pub fn receive<'a>(
        self,
        signed: &[SignedToken],
        trusted: impl Into<Trusted<'a>>,
        now: i64,
    ) -> Result<Batch, AgeError> {
        let said = check_batch(&self.public(), signed, trusted.into(), now)?;
        // Equal marks on all of them would follow a person as well as odd ones.
        if !signed.iter().all(|one| is_plain(&one.0.token)) {
            return Err(AgeError::Malformed("tokens"));
        }
        let own = |cut: u32| self.cuts.points().contains(&cut);
        let (lower, upper) = (said.interval.lower(), said.interval.upper());
        if !(lower == 0 || own(lower)) || !upper.is_none_or(own) {
            return Err(AgeError::Malformed("cuts"));
        }
        let held = self.keys.into_iter().zip(signed.iter().cloned());
        Ok(Batch {
            said,
            cuts: self.cuts,
            one_cell: self.one_cell,
            held: held.map(|(key, signed)| Held { key, signed }).collect(),
        })
    }
}

/// Looks whether tokens are one for each key, in order, each under a trusted key and in time, and
/// equal byte for byte but for the holder key (R-AGE-025); gives what they all say.
/// [`HolderKeys::receive`] does this and more.
///
/// # Errors
/// The first thing that is wrong.
pub fn check_batch(
    keys: &[VerifyingKey],
    signed: &[SignedToken],
    trusted: Trusted<'_>,
    now: i64,
) -> Result<AgeToken, AgeError> {
    let (Some(first), true) = (signed.first(), signed.len() == keys.len()) else {
        return Err(AgeError::Malformed("tokens"));
    };
    let mut said = None;
    let pattern = keys.first().and_then(|key| around(&first.0.token, key));
    for (key, one) in keys.iter().zip(signed) {
        let (token, holder) = verify_token(&one.0, trusted)?;
        let same = one.0.issuer_key_id == first.0.issuer_key_id
            && holder == *key
            && pattern.is_some()
            && around(&one.0.token, key) == pattern;
        if !same {
            return Err(AgeError::Malformed("tokens"));
        }
        said = Some(token);
    }
    let said: AgeToken = said.ok_or(AgeError::Malformed("tokens"))?;
    let in_time = (said.issued_bucket..said.not_after).contains(&now);
    in_time.then_some(said).ok_or(AgeError::Expired)
}

/// The bytes before and after a key.
fn around<'a>(token: &'a [u8], key: &VerifyingKey) -> Option<(&'a [u8], &'a [u8])> {
    let key = key.as_bytes();
    let at = token.windows(key.len()).position(|window| window == key)?;
    let (before, rest) = token.split_at_checked(at)?;
    Some((before, rest.split_at_checked(key.len())?.1))
}

impl Batch {
    /// What every token of it says.
    pub fn said(&self) -> &AgeToken {
        &self.said
    }

    /// The cut points that it was asked for with.
    pub fn cuts(&self) -> &Cuts {
        &self.cuts
    }

    /// Tokens that are left.
    pub fn len(&self) -> usize {
        self.held.len()
    }

    /// Whether none is left.
    pub fn is_empty(&self) -> bool {
        self.held.is_empty()
    }

    /// Whether a token of it answers what an audience asks.
    pub fn answers(&self, request: &SignalRequest) -> bool {
        let needs = &request.needs;
        let methods = &needs.accepted_methods;
        request.purpose.is_presentable()
            && request.cuts == self.cuts
            && request.one_cell == self.one_cell
            && self.said.assurance.meets(needs.least_assurance)
            && self.said.established.is_within(needs.established_within)
            && (methods.is_empty() || methods.contains(&self.said.method))
    }

    /// Shows one token to an audience that was admitted, for its challenge. The key of that token is
    /// gone, whatever becomes of it (R-AGE-020): ask anew after an error on the way.
    ///
    /// # Errors
    /// [`AgeError::Malformed`] for a purpose that needs a signal, a challenge that has not 16 to 64
    /// bytes, other cut points or an empty batch; [`AgeError::Expired`]. No token is used up then.
    pub fn present(
        &mut self,
        admitted: &Admitted,
        purpose: AgePurpose,
        nonce: &[u8],
        now: i64,
    ) -> Result<Presented, AgeError> {
        let presentation = pb::AgePresentation {
            audience: admitted.audience().to_owned(),
            purpose: purpose.wire(),
            nonce: nonce.to_vec(),
        };
        check_presentation(&presentation)?;
        if *admitted.cuts() != self.cuts {
            return Err(AgeError::Malformed("cuts"));
        }
        if !(self.said.issued_bucket..self.said.not_after).contains(&now) {
            return Err(AgeError::Expired);
        }
        let held = self.held.pop().ok_or(AgeError::Malformed("tokens"))?;
        Ok(Presented {
            bytes: presented(held.signed, &presentation, &held.key),
            told: as_signal(&self.said, &held.key.public(), presentation),
        })
    }

    /// Everything, keys included, for the device's own store: JSON of the form `parcep-age-batch/1`.
    /// Write it again after each token that is shown, before the audience gets it. Never log it.
    pub fn expose_json(&self) -> Zeroizing<Vec<u8>> {
        let tokens = self.held.iter().map(|held| Row {
            seed: hex::encode(held.key.expose_seed()),
            token: hex::encode(&held.signed.to_bytes()),
        });
        let form = Form {
            format: FORMAT.into(),
            cuts: self.cuts.points().to_vec(),
            one_cell: self.one_cell,
            tokens: tokens.collect(),
        };
        // INVARIANT: texts, numbers and lists of these always become JSON.
        Zeroizing::new(serde_json::to_vec(&form).unwrap_or_default())
    }

    /// Reads what [`Self::expose_json`] wrote. An empty batch is not kept.
    ///
    /// # Errors
    /// [`AgeError::Malformed`] if it is not of that form.
    pub fn from_json(json: &[u8]) -> Result<Self, AgeError> {
        let malformed = || AgeError::Malformed("batch");
        let form: Form = serde_json::from_slice(json).map_err(|_| malformed())?;
        if form.format != FORMAT || form.tokens.len() > constants::AGE_BATCH as usize {
            return Err(malformed());
        }
        let mut said = None;
        let mut held = Vec::with_capacity(form.tokens.len());
        for row in &form.tokens {
            let seed = hex::decode(&row.seed).map(Zeroizing::new);
            let seed = seed.and_then(|seed| <[u8; 32]>::try_from(seed.as_slice()).ok());
            let key = SigningKey::from_seed(seed.ok_or_else(malformed)?)?;
            let bytes = hex::decode(&row.token).ok_or_else(malformed)?;
            let signed = SignedToken::from_bytes(&bytes)?;
            let (token, holder) = read_token(&signed.0.token)?;
            if holder != key.public() || *said.get_or_insert(token) != token {
                return Err(malformed());
            }
            held.push(Held { key, signed });
        }
        Ok(Self {
            said: said.ok_or_else(malformed)?,
            cuts: Cuts::new(form.cuts)?,
            one_cell: form.one_cell,
            held,
        })
    }
}

/// In the device's own store.
#[derive(Serialize, Deserialize)]
struct Form {
    format: String,
    cuts: Vec<u32>,
    one_cell: bool,
    tokens: Vec<Row>,
}

#[derive(Serialize, Deserialize)]
struct Row {
    seed: String,
    token: String,
}

impl Drop for Row {
    fn drop(&mut self) {
        zeroize::Zeroize::zeroize(&mut self.seed);
    }
}
