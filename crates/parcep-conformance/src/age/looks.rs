//! What is looked at in what an issuer tells.

use super::claim::{self, Bracket};
use super::script::Look;
use super::tree;
use crate::trial::{Outcome, StepRole, Stop, Trial};
use crate::wire::{self, Signer, sha256};
use parcep_core::age::{Expectation, Trusted, verify_presented};
use parcep_core::crypto::VerifyingKey;
use parcep_core::hex;
use parcep_core::reason::code;
use parcep_proto::v1alpha1 as pb;
use pb::{AgeMethod, AgePurpose};
use prost::Message;
use ring::signature::{ED25519, UnparsedPublicKey};
use serde_json::{Value, json};
use std::collections::BTreeSet;

const DAY: i64 = 86_400;
const WEEK: i64 = 604_800;
/// Monday, 5 January 1970.
const A_MONDAY: i64 = 345_600;

/// What was asked and what came of it.
pub(super) struct Seen<'a> {
    pub(super) sent: &'a Value,
    pub(super) tree: &'a Value,
    /// The answer that is remembered as `wide`.
    pub(super) wide: &'a Value,
    pub(super) key: Option<&'a [u8]>,
    pub(super) now: i64,
    pub(super) signers: &'a [Signer],
    pub(super) cuts: &'a [u32],
}

impl Look {
    /// Whether there has to be a claim to look at.
    pub(super) fn is_of_claim(self) -> bool {
        !matches!(self, Self::Beside | Self::Handles)
    }
}

/// Looks, and writes a step.
pub(super) fn look(t: &mut Trial, look: Look, seen: &Seen<'_>) -> Outcome {
    match look {
        Look::Asked => seen.asked(t),
        Look::Form => {
            let claim = seen.signal();
            let fault = Bracket::from(&claim).range_fault();
            let fault = fault.or_else(|| claim::form_fault(&claim));
            sound(t, "what it claims", "a claim that a verifier reads", fault)
        }
        Look::Cells => {
            let expected = "cut points as bounds, exact if it is one cell";
            sound(
                t,
                "the bracket",
                expected,
                seen.bracket().cells_fault(seen.cuts),
            )
        }
        Look::OneCell => {
            let wide = bracket_of(&tree::get(seen.wide, "claim"));
            let fault = seen.bracket().youngest_fault(wide, seen.cuts);
            let expected = "the youngest of the bracket, exact if that is all of it";
            sound(t, "the cell", expected, fault)
        }
        Look::AsAsked => sound(t, "what is told", "what was asked", seen.more_than_asked()),
        Look::Governs => {
            let expected =
                "no supervision, controls, consent, change or handle where they mark a minor";
            sound(t, "who governs", expected, seen.governs())
        }
        Look::Days => {
            let expected = "a whole UTC day of late, and 1 s to 366 days";
            sound(t, "its days", expected, seen.days())
        }
        Look::Weeks => {
            let expected = "a Monday of late at 00:00 UTC, and 1 to 13 whole weeks";
            sound(t, "its weeks", expected, seen.weeks())
        }
        Look::Beside => {
            let expected = "a signal with SIGNAL alone, a consent where it may stand";
            sound(
                t,
                "what stands beside the outcome",
                expected,
                seen.misplaced(),
            )
        }
        Look::Signed => seen.signed(t),
        Look::Keys => {
            let told: Vec<_> = seen
                .claims()
                .map(|claim| tree::get(claim, "holder_key"))
                .collect();
            let fault = (json!(told) != tree::get(seen.sent, "holder_keys"))
                .then(|| format!("{} tokens, others or in another order", told.len()));
            sound(
                t,
                "the keys in the tokens",
                "those sent, in order, each once",
                fault,
            )
        }
        Look::Equal => sound(
            t,
            "the batch",
            "equal but for key and signature",
            seen.odd(),
        ),
        Look::Presentable => seen.presentable(t),
        Look::Handles => sound(
            t,
            "the list",
            "handles of 16 bytes, none twice, as of a day of the last 90",
            seen.handles(),
        ),
    }
}

impl Seen<'_> {
    fn signal(&self) -> pb::AgeSignal {
        message("AgeSignal", &tree::get(self.tree, "claim"))
    }

    fn bracket(&self) -> Bracket {
        bracket_of(&tree::get(self.tree, "claim"))
    }

    fn is_token(&self) -> bool {
        self.tree.get("tokens").is_some()
    }

    /// What is told: one signal, or the tokens.
    fn claims(&self) -> impl Iterator<Item = &Value> {
        let claims = self.tree.get("claims").and_then(Value::as_array);
        claims.into_iter().flatten()
    }

    fn asked(&self, t: &mut Trial) -> Outcome {
        let signed: pb::SignedAgeSignal =
            message("SignedAgeSignal", &tree::get(self.tree, "signal"));
        let size = signed.encoded_len();
        t.check("its size", "at most 2048 bytes", size, size <= 2048)?;
        for name in ["audience", "purpose", "nonce"] {
            let [asked, told] =
                [self.sent, &tree::get(self.tree, "claim")].map(|of| tree::get(of, name));
            t.equal(name, &asked, &told)?;
        }
        match self.key {
            Some(key) => t.equal("the key id", &sha256(key).to_vec(), &signed.issuer_key_id),
            None => Ok(()),
        }
    }

    /// R-AGE-028.
    fn more_than_asked(&self) -> Option<String> {
        if !self.is_token() {
            let request: pb::AgeSignalRequest = message("AgeSignalRequest", self.sent);
            return claim::more_than_asked(&request, &self.signal());
        }
        let request: pb::IssueAgeTokensRequest = message("IssueAgeTokensRequest", self.sent);
        let token: pb::AgeToken = message("AgeToken", &tree::get(self.tree, "claim"));
        let method = match request.accepted_methods.as_slice() {
            [one] => *one,
            _ => AgeMethod::NotTold.into(),
        };
        let fields = [
            ("method", token.method, method),
            ("assurance", token.assurance, request.least_assurance),
            ("established", token.established, request.established_within),
            ("declarant check", token.declarant_check, 0),
        ];
        let other = fields.iter().find(|(_, told, asked)| told != asked);
        other.map(|(name, told, asked)| format!("{name} {told} in place of {asked}"))
    }

    /// R-AGE-029, R-AGE-046.
    fn governs(&self) -> Option<String> {
        let claim = self.signal();
        let purpose = tree::get(self.sent, "purpose");
        if purpose != "safety_defaults" && purpose != "consent_flow" {
            return claim::governs_fault(&claim);
        }
        let unasked = tree::get(self.sent, "changes")
            .as_array()
            .is_none_or(Vec::is_empty);
        let granted = claim.consent == i32::from(pb::AgeConsent::Granted);
        if claim.change.is_some() && unasked {
            return Some("a change that the request did not name".into());
        }
        let handle = !claim.revocation_handle.is_empty();
        (handle && !granted).then(|| "a handle without a consent that is granted".into())
    }

    fn days(&self) -> Option<String> {
        let claim = self.signal();
        let (bucket, now) = (claim.issued_bucket, self.now);
        let whole = bucket.rem_euclid(DAY) == 0;
        let recent = (now - 2 * DAY..=now + DAY).contains(&bucket);
        let life = claim.not_after.saturating_sub(bucket);
        let lives = (1..=366 * DAY).contains(&life);
        (!(whole && recent && lives)).then(|| format!("day {bucket}, life {life} s"))
    }

    fn weeks(&self) -> Option<String> {
        self.claims().find_map(|claim| {
            let [bucket, end] = ["issued_bucket", "not_after"]
                .map(|path| tree::get(claim, path).as_i64().unwrap_or(0));
            let life = end.saturating_sub(bucket);
            let monday = (bucket - A_MONDAY).rem_euclid(WEEK) == 0;
            let lives = life.rem_euclid(WEEK) == 0 && (1..=13).contains(&(life / WEEK));
            let valid = bucket <= self.now && self.now < end;
            (!(monday && lives && valid)).then(|| format!("from {bucket}, for {life} s"))
        })
    }

    /// R-AGE-030, R-AGE-057.
    fn misplaced(&self) -> Option<String> {
        let outcome = tree::get(self.tree, "outcome");
        let there = !tree::get(self.tree, "signal").is_null();
        if there != (outcome == "signal") {
            let there = if there { "a signal" } else { "no signal" };
            return Some(format!("{outcome} with {there}"));
        }
        let purpose = tree::get(self.sent, "purpose");
        let governs = purpose == "safety_defaults" || purpose == "consent_flow";
        let consent = tree::get(self.tree, "consent");
        let may = governs && outcome != "age_unknown";
        (consent != "unspecified" && !may).then(|| format!("{outcome} with consent {consent}"))
    }

    fn signed(&self, t: &mut Trial) -> Outcome {
        let Some(key) = self.key else {
            let why = "the key of the issuer is not known: see --issuer-key";
            return Err(Stop::NotApplicable(why.into()));
        };
        let (label, member, signed) = match self.is_token() {
            true => ("age-token", "token", tree::get(self.tree, "tokens")),
            false => (
                "age-signal",
                "signal",
                json!([tree::get(self.tree, "signal")]),
            ),
        };
        for one in signed.as_array().into_iter().flatten() {
            let bytes = |name: &str| {
                tree::get(one, name)
                    .as_str()
                    .and_then(hex::decode)
                    .unwrap_or_default()
            };
            t.equal("the key id", &sha256(key).to_vec(), &bytes("issuer_key_id"))?;
            let transcript = wire::transcript(label, &[&bytes(member)]);
            let verified =
                UnparsedPublicKey::new(&ED25519, key).verify(&transcript, &bytes("signature"));
            let observed = if verified.is_ok() {
                "verifies"
            } else {
                "does not verify"
            };
            t.answered(StepRole::Check, "its signature", "verifies", observed)?;
        }
        Ok(())
    }

    /// R-AGE-019.
    fn odd(&self) -> Option<String> {
        let without_key = |claim: &Value| {
            let mut claim = claim.clone();
            claim
                .as_object_mut()
                .map(|members| members.remove("holder_key"));
            claim
        };
        let claims: Vec<_> = self.claims().map(without_key).collect();
        let tokens = tree::get(self.tree, "tokens");
        let tokens = tokens.as_array().cloned().unwrap_or_default();
        let ids: BTreeSet<String> = tokens
            .iter()
            .map(|token| tree::get(token, "issuer_key_id").to_string())
            .collect();
        let lengths: BTreeSet<_> = tokens
            .iter()
            .map(|token| tree::get(token, "token").as_str().map(str::len))
            .collect();
        let own = self
            .key
            .map(|key| json!(hex::encode(&sha256(key))).to_string());
        let first = claims.first();
        let odd = claims.iter().position(|claim| Some(claim) != first);
        match odd {
            Some(at) => Some(format!("token {} differs from the first", at + 1)),
            None if ids.len() > 1 || own.is_some_and(|own| !ids.contains(&own)) => {
                Some("several keys, or another one".into())
            }
            None if lengths.len() > 1 => Some("several lengths".into()),
            None => None,
        }
    }

    fn presentable(&self, t: &mut Trial) -> Outcome {
        const SHOP: &str = "https://games.example";
        let Some(key) = self.key else {
            let why = "the key of the issuer is not known: see --issuer-key";
            return Err(Stop::NotApplicable(why.into()));
        };
        let key = VerifyingKey::try_from(key).map_err(|error| Stop::Harness(error.to_string()))?;
        let tokens = tree::get(self.tree, "tokens");
        for (signer, token) in self
            .signers
            .iter()
            .zip(tokens.as_array().into_iter().flatten())
        {
            let signed: pb::SignedAgeToken = message("SignedAgeToken", token);
            let nonce = t.rng.bytes(16);
            let presentation = pb::AgePresentation {
                audience: SHOP.into(),
                purpose: AgePurpose::AccessGate.into(),
                nonce: nonce.clone(),
            };
            let presentation = presentation.encode_to_vec();
            let parts: [&[u8]; 2] = [&signed.token, &presentation];
            let shown = pb::PresentedAge {
                holder_signature: signer.sign(&wire::transcript("age-presentation", &parts)),
                token: Some(signed),
                presentation,
            };
            let expected = Expectation {
                issuers: Trusted::Keys(std::slice::from_ref(&key)),
                audience: SHOP,
                purpose: parcep_core::age::AgePurpose::AccessGate,
                nonce: Some(&nonce),
                now: self.now,
            };
            let observed = match verify_presented(&shown.encode_to_vec(), expected) {
                Ok(_) => "accepted",
                Err(error) => code(error.reason()),
            };
            t.answered(StepRole::Check, "show a token", "accepted", observed)?;
        }
        Ok(())
    }

    /// R-AGE-046.
    fn handles(&self) -> Option<String> {
        let handles = tree::get(self.tree, "handles");
        let handles = handles.as_array().cloned().unwrap_or_default();
        let words: BTreeSet<_> = handles.iter().map(ToString::to_string).collect();
        let as_of = tree::get(self.tree, "as_of").as_i64().unwrap_or(0);
        let late = (self.now - 90 * DAY..=self.now + DAY).contains(&as_of);
        if let Some(other) = handles
            .iter()
            .find(|one| one.as_str().map(str::len) != Some(32))
        {
            return Some(format!("the handle {other}"));
        }
        if words.len() != handles.len() {
            return Some("a handle twice".into());
        }
        (as_of.rem_euclid(DAY) != 0 || !late).then(|| format!("as of {as_of}"))
    }
}

/// The bracket of a signal or of a token.
fn bracket_of(claim: &Value) -> Bracket {
    let years = |path| {
        let years = tree::get(claim, path).as_u64();
        years.and_then(|years| u32::try_from(years).ok())
    };
    Bracket {
        lower: years("lower_inclusive"),
        upper: years("upper_exclusive"),
        exact: tree::get(claim, "exact_cell") == json!(true),
    }
}

/// A tree as its message; what was decoded before is encoded again.
fn message<T: Message + Default>(name: &str, tree: &Value) -> T {
    let bytes = tree::encode(name, tree).unwrap_or_default();
    T::decode(bytes.as_slice()).unwrap_or_default()
}

/// A check with the fault that was found, if one was.
fn sound(t: &mut Trial, what: &str, expected: &str, fault: Option<String>) -> Outcome {
    let ok = fault.is_none();
    t.check(
        what,
        expected,
        fault.unwrap_or_else(|| "so it is".into()),
        ok,
    )
}
