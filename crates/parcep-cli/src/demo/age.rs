//! An age signal: the coarsest true statement, for one audience, and refused by any other.

use super::Outcome;
use crate::failure::{Failure, Kind};
use parcep_core::age::{
    AgeAssurance, AgeError, AgeInterval, AgeMethod, AgePurpose, AgeSignal, Cuts, DeclarantCheck,
    Expectation, Once, coarsen, issue, verify,
};
use parcep_core::crypto::{Random as _, SigningKey, SystemRandom};
use parcep_interchange::family::Family;

const AUDIENCE: &str = "https://games.example";
const DAY: i64 = 86_400;

/// Issues for one audience; verifies there, and is refused elsewhere and once changed.
pub(super) fn issue_and_verify(family: &Family) -> Result<Outcome, Failure> {
    let mut random = SystemRandom::new();
    let known = family
        .children
        .iter()
        .find_map(|child| child.age)
        .map(u32::from);
    let lower = known.unwrap_or(10);
    let age = AgeInterval::new(lower, Some(lower + 1)).map_err(internal)?;
    let told = coarsen(age, &Cuts::new(vec![13, 16, 18]).map_err(internal)?);
    let key = SigningKey::generate(&mut random).map_err(internal)?;
    let nonce: [u8; 16] = random.array().map_err(internal)?;
    let now = jiff::Timestamp::now().as_second();
    let signal = AgeSignal {
        method: AgeMethod::GuardianDeclared,
        declarant_check: DeclarantCheck::None,
        assurance: AgeAssurance::Asserted,
        nonce: Some(nonce.to_vec()),
        issued_bucket: now,
        not_after: (now / DAY + 30) * DAY,
        once: Once::Signal(random.array().map_err(internal)?),
        ..AgeSignal::new(told, AUDIENCE, AgePurpose::AccessGate)
    };
    let bytes = issue(&signal, &key).map_err(internal)?;
    let issuers = [key.public()];
    let expected = Expectation {
        issuers: &issuers,
        audience: AUDIENCE,
        purpose: signal.purpose,
        nonce: Some(&nonce),
        now,
    };
    let elsewhere = Expectation {
        audience: "https://other.example",
        ..expected
    };
    let mut changed = bytes.clone();
    if let Some(byte) = changed.get_mut(8) {
        *byte ^= 1;
    }
    let holds = verify(&bytes, expected).is_ok_and(|signal| signal.interval == told.interval);
    let refused_elsewhere = verify(&bytes, elsewhere) == Err(AgeError::WrongAudience);
    let refused_changed = verify(&changed, expected).is_err();
    let upper = told
        .interval
        .upper()
        .map_or_else(String::new, |upper| upper.to_string());
    Ok(Outcome {
        passed: holds && refused_elsewhere && refused_changed,
        said: format!(
            "{AUDIENCE} is told [{}, {upper}) and no more; another audience and a changed byte are \
             refused",
            told.interval.lower()
        ),
        text: String::new(),
    })
}

fn internal(error: impl ToString) -> Failure {
    Failure::new(Kind::Failed, "INTERNAL", error.to_string())
}
